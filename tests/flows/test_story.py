"""The origin story, whole, through HTTP: a plan, a public promise, six weeks of mornings, the slip, and the late finish."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.flows.stage import PLATFORMS, Group, Person, Seen, Stage, stage

LONDON = ZoneInfo("Europe/London")
EVENING = datetime(2026, 5, 18, 20, tzinfo=UTC)  # Monday: the promise is made
LAST_MORNING = datetime(2026, 6, 30, 7, 5, tzinfo=LONDON)
HITS = {0, 1, 2}  # Monday to Wednesday mornings are kept, Thursday and Friday are met with silence ...
NOT_TODAY = datetime(2026, 6, 4, 7, 5, tzinfo=LONDON)  # ... but for one Thursday, which gets an honest answer


async def set_up(s: Stage, person: Person, *, city: str, time: str) -> None:
    """/start by buttons: city, time, the days as proposed, the story's plan."""
    await s.says(person, "/start")
    await s.says(person, city)
    await s.presses(person, s.last(person).labels[0])
    await s.presses(person, time)
    await s.presses(person, "Next")
    await s.presses(person, "From software engineering")
    if any(label.startswith("Use it") for label in s.last(person).labels):
        await s.presses(person, "Use it")


async def join(s: Stage, person: Person, group: Group, level: str) -> None:
    """Through the Join button of the checklist, then the level."""
    checklist = next(seen for seen in s.seen(group) if "Join" in seen.labels)
    person.presses(checklist, "Join")
    await s.settle()
    offered = next(label for label in s.last(person).labels if label == level)
    await s.presses(person, offered)


def about(seen: list[Seen], *words: str) -> list[Seen]:
    """The messages that have all of the words."""
    return [one for one in seen if all(word in one.text for word in words)]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_story(platform: str) -> None:
    await the_story(platform, database="sqlite+aiosqlite://")


@pytest.mark.parametrize("platform", ["telegram", pytest.param("discord", marks=pytest.mark.long)])
async def test_the_story_on_postgresql(platform: str, clean_postgres_url: str) -> None:
    await the_story(platform, database=clean_postgres_url)


async def the_story(platform: str, *, database: str) -> None:
    async with stage(EVENING, on=platform, database=database) as s:
        ann = s.fake.person("Ann", username="ann")
        bob = s.fake.person("Bob & <Sons>")
        group = s.fake.group("Study", members=[ann, bob])
        s.fake.adds_bot(group, by=ann, rights={"can_pin_messages": True})
        await s.settle()
        await set_up(s, ann, city="London", time="07:00")
        await join(s, ann, group, "Group + alert")
        await set_up(s, bob, city="Berlin", time="06:30")
        await join(s, bob, group, "Private")
        post = await promises(s, ann, group)
        await six_weeks(s, ann)
        the_mornings_were_told(s, ann)
        await the_slip(s, ann, group)
        await the_repair(s, ann, group, post)
        the_digests_were_kind(s, group)
        assert not about(s.seen(group), "Bob"), "who is private is never named"
        assert about(s.seen(bob), "Tue 19 May"), "and yet has cards"


async def promises(s: Stage, ann: Person, group: Group) -> Seen:
    """The promise: previewed in place, published once, on the pinned board."""
    preview = await s.says(ann, "/commit finish Calculus 1-3 by end of June", chat=group)
    assert "Not promised yet" in preview.text
    assert "Tue 30 Jun 2026 23:59 London" in preview.text
    assert "Calculus 1, Calculus 2, Calculus 3" in preview.text
    post: Seen = await s.presses(ann, "Publish", chat=group)
    assert post.id == preview.id, "the preview becomes the post"
    assert "Ann" in post.text
    assert "Not promised yet" not in post.text
    await s.after(minutes=2)
    board = next(seen for seen in s.seen(group) if seen.pinned)
    assert "finish Calculus 1-3" in board.text
    return post


async def six_weeks(s: Stage, ann: Person) -> None:
    """Every morning until the end of June."""
    morning = datetime(2026, 5, 19, 7, 5, tzinfo=LONDON)
    while morning <= LAST_MORNING:
        await s.until(morning.astimezone(UTC))
        if morning == NOT_TODAY:
            await s.presses(ann, "Not today")
        elif morning.weekday() in HITS:
            await s.presses(ann, "Done")
            await s.presses(ann, "Finished")
        morning += timedelta(days=1)


def the_mornings_were_told(s: Stage, ann: Person) -> None:
    """One card a weekday, edited through its day; reminders only where there was silence."""
    dm = s.seen(ann)
    weekdays = [EVENING.date() + timedelta(days=n) for n in range(1, 44) if (EVENING + timedelta(days=n)).weekday() < 5]
    for day in weekdays:
        cards = [one for one in dm if one.text.startswith(f"{day:%a} {day.day} {day:%b}")]
        assert len(cards) == 1, f"{day}: {[one.text for one in cards]}"
        nudges = [one for one in dm if one.at.date() == day and one is not cards[0] and "Not today" in one.labels]
        silent = day.weekday() not in HITS and day != NOT_TODAY.date()
        assert len(nudges) == (2 if silent else 0), f"{day}: {[one.text for one in nudges]}"
    assert "said so" in about(dm, "Thu 4 Jun")[0].text
    assert "missed" in about(dm, "Fri 5 Jun")[0].text
    assert about(dm, "Tue 30 Jun 2026 23:59", "in 6 days"), "a warning a week ahead"


async def the_slip(s: Stage, ann: Person, group: Group) -> None:
    """At the due instant a private question; after two hours of silence and the quiet hours, one alert."""
    await s.until(datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    question = s.last(ann)
    assert "Is it done?" in question.text
    assert question.labels == ("Done", "Need time", "Missed")
    assert not alerts(s, group)
    await s.until(datetime(2026, 7, 1, 7, 59, tzinfo=UTC))
    assert not alerts(s, group), "the group's quiet hours last until 08:00"
    await s.until(datetime(2026, 7, 1, 9, tzinfo=UTC))
    (alert,) = alerts(s, group)
    assert "finish Calculus 1-3" in alert.text
    assert "never moved" in alert.text
    assert "Next:" in alert.text


def alerts(s: Stage, group: Group) -> list[Seen]:
    """The slip alerts that stand in the group."""
    return [
        seen
        for seen in s.seen(group)
        if "Cheer" in seen.labels or ("days late" in seen.text and "Promised Mon 18 May" in seen.text)
    ]


async def the_repair(s: Stage, ann: Person, group: Group, post: Seen) -> None:
    """Finished two days late: the same alert says so, and so does the post."""
    (alert,) = alerts(s, group)
    await s.until(datetime(2026, 7, 2, 23, 30, tzinfo=UTC))
    await s.says(ann, "/commitments")
    await s.presses(ann, "Done")
    await s.after(minutes=2)
    shown = {seen.id: seen for seen in s.seen(group)}
    assert "2 days late" in shown[alert.id].text
    assert "2 days late" in shown[post.id].text
    assert shown[alert.id].edits, "edited, not sent again"
    await s.until(datetime(2026, 7, 5, 19, tzinfo=UTC))


def the_digests_were_kind(s: Stage, group: Group) -> None:
    """One a week, Sundays at 18:00 on the group's clock; the last one tells of the late finish."""
    digests = about(s.seen(group), "The week")
    assert [one.at.replace(second=0) for one in digests] == [
        datetime(2026, 5, 24, 18, tzinfo=UTC) + timedelta(weeks=n) for n in range(7)
    ]
    assert "2 days late" in digests[-1].text
    assert "private" in digests[0].text, "members who study in private are counted, not named"
    for one in digests:
        studied = "Who studied" in one.text
        assert (one.photo or b"")[:8] == (b"\x89PNG\r\n\x1a\n" if studied else b""), "who studied is in the picture"


async def test_slots_through_both_changes_of_the_clock() -> None:
    """01:30 in London: skipped by the clock in spring, there twice in autumn; one card a day all the same."""
    for first, days, at_0130 in (
        (datetime(2026, 3, 26, 12, tzinfo=UTC), 6, {29: "01:00"}),  # 29 March: 01:00 UTC is 02:00, the first valid minute
        (datetime(2026, 10, 22, 12, tzinfo=UTC), 6, {25: "00:30"}),  # 25 October: the first of two
    ):
        async with stage(first) as s:
            bea = s.tg.person("Bea")
            await s.says(bea, "/timezone Europe/London")
            await s.says(bea, "/slot 01:30 every day")
            await s.until(first + timedelta(days=days))
            cards = [one for one in s.tg.dm(bea) if one.text.startswith(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))]
            nights = [(one.at.astimezone(LONDON).day, f"{one.at:%H:%M}") for one in cards]
            assert [day for day, _ in nights] == [(first + timedelta(days=n + 1)).day for n in range(days)]
            for day, utc in nights:
                summer = (day >= 29 or day < 26) if first.month == 3 else day < 25
                assert utc == at_0130.get(day, "00:30" if summer else "01:30"), (day, utc)
