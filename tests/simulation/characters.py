"""Learners of different characters, day by day: how long each studied, and how many modules that finished."""

import math
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Final

from bot.domain.pace import StudiedDay

MONDAY: Final = date(2026, 1, 5)
_MODULE, _SPREAD = 80.0, 0.5  # minutes of a module: a lognormal's median and sigma
_SHORTEST: Final = 15.0


def _steady(rng: Random) -> Callable[[int], float]:
    usual = rng.uniform(0.7, 0.95)
    return lambda day: usual if day % 7 < 5 else 0.15


def _weekend(rng: Random) -> Callable[[int], float]:
    usual = rng.uniform(0.7, 0.95)
    return lambda day: usual if day % 7 >= 5 else 0.1


def _fading(rng: Random) -> Callable[[int], float]:
    begun, half_life = rng.uniform(0.7, 0.95), rng.uniform(6, 20)
    return lambda day: max(0.2, begun * 0.5 ** (day / 7 / half_life)) if day % 7 < 6 else 0.1


def _bursty(rng: Random) -> Callable[[int], float]:
    """Days of zeal and days of nothing, by turns of about a week each."""
    zeal, rest = rng.uniform(5, 12), rng.uniform(4, 12)
    state = {"on": True}

    def chance(_day: int) -> float:
        if rng.random() < 1 / (zeal if state["on"] else rest):
            state["on"] = not state["on"]
        return 0.9 if state["on"] else 0.07

    return chance


def _recovering(rng: Random) -> Callable[[int], float]:
    begun, usual, weeks = rng.uniform(0.2, 0.4), rng.uniform(0.7, 0.95), rng.uniform(4, 10)
    return lambda day: min(usual, begun + (usual - begun) * day / 7 / weeks) if day % 7 < 5 else 0.2


CHARACTERS: Final[dict[str, Callable[[Random], Callable[[int], float]]]] = {
    "steady": _steady,
    "weekend": _weekend,
    "fading": _fading,
    "bursty": _bursty,
    "recovering": _recovering,
}


def live(character: str, rng: Random, *, days: int) -> list[StudiedDay]:
    """A learner's study days from a Monday on."""
    chance = CHARACTERS[character](rng)
    length = rng.uniform(35, 90)
    need, lived = _module(rng), []
    for number in range(days):
        mean = length * (3 if character == "weekend" and number % 7 >= 5 else 1)
        minutes = max(10, int(rng.gauss(mean, mean * 0.3))) if rng.random() < chance(number) else 0
        need, finished = need - minutes, 0
        while need <= 0:
            need, finished = need + _module(rng), finished + 1
        day = MONDAY + timedelta(days=number)
        lived.append(StudiedDay(day, sessions=int(minutes > 0), minutes=minutes, modules=finished, load=finished))
    return lived


def _module(rng: Random) -> float:
    return max(_SHORTEST, rng.lognormvariate(math.log(_MODULE), _SPREAD))
