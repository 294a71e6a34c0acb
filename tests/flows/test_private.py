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
