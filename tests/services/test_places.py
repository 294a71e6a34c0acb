"""Places: typed, misspelt, in two scripts, as a zone, as coordinates; never as an offset."""

from io import StringIO

import pytest

from bot.domain.calendar import canonical_zone
from bot.services import places
from bot.services.places import Place, suggest, zone_at

LONDON = Place("London", "GB", "Europe/London")
NEW_YORK = Place("New York City", "US", "America/New_York")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("London", LONDON),
        (" lOnDoN ", LONDON),
        ("Lond", LONDON),
        ("Lodnon", LONDON),
        ("Londom", LONDON),
        ("Лондон", LONDON),
        ("Нью-Йорк", NEW_YORK),
        ("нью йорк", NEW_YORK),
        ("new york", NEW_YORK),
        ("NYC", NEW_YORK),
        ("Санкт-Петербург", Place("Saint Petersburg", "RU", "Europe/Moscow")),
        ("Питер", Place("Saint Petersburg", "RU", "Europe/Moscow")),
        ("Екатеринбрг", Place("Yekaterinburg", "RU", "Asia/Yekaterinburg")),
        ("zurich", Place("Zürich", "CH", "Europe/Zurich")),
        ("ZÜRICH", Place("Zürich", "CH", "Europe/Zurich")),
        ("łódź", Place("Łódź", "PL", "Europe/Warsaw")),
        ("Kiev", Place("Kyiv", "UA", "Europe/Kyiv")),
        ("Europe/London", Place("London", "", "Europe/London")),
        ("america/new york", Place("New York", "", "America/New_York")),
        ("UTC", Place("UTC", "", "UTC")),
        ("msk", Place("Moscow", "", "Europe/Moscow")),
    ],
)
def test_the_likeliest_place_comes_first(query: str, first: Place) -> None:
    assert suggest(query)[0] == first


@pytest.mark.parametrize(
    "query", ["UTC+3", "utc -5", "GMT+01:00", "+3", "-05:00", "MSK+2", "", "  ", "'", "qqqqqqqq", "London" * 1000]
)
def test_offsets_and_nonsense_are_no_place(query: str) -> None:
    assert suggest(query) == ()


def test_places_of_one_name_are_told_apart_by_their_zones() -> None:
    found = suggest("York")
    assert [place.country for place in found if place.name == "York"] == ["GB", "US"]
    assert len({(place.country, place.zone) for place in found}) == len(found)


def test_no_more_than_asked_for() -> None:
    assert len(suggest("San")) == 5
    assert len(suggest("San", limit=2)) == 2
    assert len(suggest("CET", limit=1)) == 1


def test_an_abbreviation_offers_every_zone_that_uses_it() -> None:
    assert {place.zone for place in suggest("IST")} == {"Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"}


def test_the_list_can_be_read_ahead() -> None:
    places.warm()
    assert places._gazetteer.cache_info().currsize == 1


def test_a_list_that_is_cut_off_is_no_list() -> None:
    with pytest.raises(ValueError, match="cut off"):
        list(places._each_city(StringIO('{"1": {"name": "a"}, "2": {"na')))
    assert list(places._each_city(StringIO('{"1": {"name": "a"}, "2": {"name": "{"}}'))) == [{"name": "a"}, {"name": "{"}]


def test_every_zone_on_offer_is_on_the_whitelist() -> None:
    known = places._gazetteer()
    offered = {known.place(number).zone for number in range(len(known))} | {
        zone for zones in places._ABBREVIATIONS.values() for zone in zones
    }
    assert {canonical_zone(zone) for zone in offered} == offered


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (51.5, -0.12, "Europe/London"),
        (55.75, 37.62, "Europe/Moscow"),
        (-31.55, 159.08, "Australia/Lord_Howe"),
        (30.0, -40.0, None),  # the middle of the Atlantic
        (91.0, 0.0, None),
        (0.0, 181.0, None),
        (float("nan"), 0.0, None),
    ],
)
def test_a_location_has_a_zone(latitude: float, longitude: float, zone: str | None) -> None:
    assert zone_at(latitude, longitude) == zone
