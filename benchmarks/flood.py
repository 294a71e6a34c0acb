"""People who check in all at once at a fake Telegram, and how long the last of them waits for an answer."""

import time
from typing import Any, Final

import httpx

from benchmarks.crowd import GROUP_SIZE

PATIENCE: Final = 120.0  # seconds
TEXT: Final = "/checkin 30m finished exercises of chapter {n}"


def gather(steering: httpx.Client, people: int) -> None:
    """Make the people and groups that are in the bot's database already."""
    for place in range(0, people, GROUP_SIZE):
        members = [f"p{number}" for number in range(place, place + GROUP_SIZE)]
        order = {"do": "group", "title": f"Group {place // GROUP_SIZE + 1}", "members": members}
        steering.post("/control", json=order).raise_for_status()


def rest(steering: httpx.Client) -> None:
    """Wait until the bot has had nothing to say for a while."""
    before = None
    while before != (before := counted(steering)["calls"].get("sendmessage")):
        time.sleep(1)


def say(steering: httpx.Client, count: int, people: int) -> float:
    """Let people say so many check-ins at once; the seconds until the last was answered."""
    answered = counted(steering)["calls"].get("sendmessage", 0) + count
    steering.post("/control", json={"do": "flood", "text": TEXT, "count": count, "people": people}).raise_for_status()
    begun = time.perf_counter()
    while counted(steering)["calls"].get("sendmessage", 0) < answered:
        assert time.perf_counter() - begun < PATIENCE, "the bot has stopped answering"
        time.sleep(0.05)
    seconds = time.perf_counter() - begun
    assert not counted(steering)["refused"], counted(steering)["refusals"]
    return seconds


def counted(steering: httpx.Client) -> dict[str, Any]:
    """What the server has counted."""
    found: dict[str, Any] = steering.get("/control/stats").json()
    return found
