"""What a demanding learner sees in private."""

from datetime import UTC, datetime

from tests.flows.stage import stage

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


async def test_only_a_slip_of_the_finger_gets_a_suggestion() -> None:
    async with stage(NOON) as s:
        ann = s.tg.person("Ann")
        assert "Did you mean /checkin?" in (await s.says(ann, "/chekin")).text
        for name in ("cancel", "nonsense", "language", "notes", "stup"):
            assert "Did you mean" not in (await s.says(ann, f"/{name}")).text, name


async def test_no_card_is_announced_for_a_day_that_is_logged_already() -> None:
    async with stage(datetime(2026, 6, 1, 8, tzinfo=UTC)) as s:  # a Monday
        ann = s.tg.person("Ann")
        await s.says(ann, "/timezone Europe/London")
        await s.says(ann, "/slot 07:00 every day")
        await s.says(ann, "/checkin 30m")
        moved = await s.says(ann, "/slot 19:00 every day")
        assert "Tue 2 Jun 2026 19:00 London" in moved.text
        await s.until(datetime(2026, 6, 1, 20, tzinfo=UTC))
        assert s.last(ann).id == moved.id
