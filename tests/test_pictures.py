"""A picture on its way: drawn just before it is sent, outside of any transaction, and never worth the message."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.courier import Courier
from bot.domain.charts import Chart, GroupChart, ProgressChart
from bot.domain.checkins import Outcome
from bot.domain.notices.digests import Digest, MemberWeek
from bot.domain.people import Group, Learner
from bot.messenger import Gone, NotSent, Uncertain
from bot.services import progress
from bot.services.facts import pack
from bot.store import checkins
from bot.store.database import Database
from bot.store.outbox import Act, Lane, Outgoing, State
from tests.props import NOON, Recorder, group, learner, outgoing
from tests.test_courier import Post

ANN = MemberWeek("Ann", 5, 6, 225, 2, 5, 0.9, kept=2, slipped=0)
DIGEST = Digest(date(2026, 6, 8), date(2026, 6, 14), 1, 0, 1, (), (), (), (ANN,), 0, pictured=(ANN,))


class Easel:
    """Whoever draws in the tests."""

    def __init__(self) -> None:
        self.charts: list[Chart] = []
        self.gives: bytes | Exception | None = b"png"
        self.post: Post | None = None
        self.saw: list[State | None] = []

    async def draw(self, chart: Chart) -> bytes | None:
        self.charts.append(chart)
        if self.post is not None:
            async with self.post.database.write():  # nobody else is writing: the item is claimed, and no transaction is open
                pass
            self.saw.append(await self.post.state("week"))
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives


@pytest.fixture
def easel() -> Easel:
    return Easel()


@pytest.fixture
def post(database: Database, easel: Easel) -> Post:
    made = Post(database)
    made.courier = made.made(draw=easel.draw)
    return made


@pytest.fixture
async def study(database: Database) -> Group:
    async with database.write() as tx:
        return await group(tx)


@pytest.fixture
async def ann(database: Database) -> Learner:
    async with database.write() as tx:
        return await learner(tx)


def week(to: Group | Learner, digest: Digest = DIGEST, **more: Any) -> Outgoing:
    kind, facts = pack(digest)
    key = "edit:week:1" if more.get("act") is Act.EDIT else "week"
    return outgoing(key, to, lane=Lane.DIGEST, **{"kind": kind, "facts": facts, **more})


async def test_a_picture_is_drawn_when_it_is_sent_and_in_no_transaction(post: Post, study: Group, easel: Easel) -> None:
    easel.post = post
    await post.put(week(study))
    assert easel.charts == []
    await post.deliver()
    [chart] = easel.charts
    assert isinstance(chart, GroupChart)
    assert easel.saw == [State.SENDING]
    assert post.told.pictures == [b"png"]
    assert await post.state("week") is State.SENT


@pytest.mark.parametrize("gives", [None, b"", RuntimeError("the painter fell ill")])
async def test_without_its_picture_the_message_goes_alone(post: Post, study: Group, easel: Easel, gives: Any) -> None:
    easel.gives = gives
    await post.put(week(study))
    with capture_logs():
        await post.deliver()
    assert post.told.pictures == [None]
    assert "The week" in post.told.texts[0]
    assert await post.state("week") is State.SENT


@pytest.mark.parametrize("why", ["refused", "no_rights"])
async def test_where_the_picture_is_refused_the_message_goes_alone(post: Post, study: Group, why: str) -> None:
    post.told.troubles = [Gone(why, "not enough rights to send photos to the chat")]
    await post.put(week(study))
    with capture_logs():
        await post.deliver()
    assert post.told.pictures == [b"png", None]
    assert await post.state("week") is State.SENT


async def test_marks_that_choke_a_platform_cost_the_marks_and_not_the_picture(post: Post, study: Group) -> None:
    post.told.troubles = [Gone("malformed", "can't parse entities")]
    await post.put(week(study))
    with capture_logs():
        await post.deliver()
    assert post.told.pictures == [b"png", b"png"]


async def test_who_blocked_the_bot_is_not_asked_twice(post: Post, study: Group) -> None:
    post.told.troubles = [Gone("blocked")]
    await post.put(week(study))
    with capture_logs():
        await post.deliver()
    assert post.told.pictures == [b"png"]
    assert await post.state("week") is State.DEAD


async def test_a_public_message_with_a_picture_that_may_have_arrived_is_not_sent_again(post: Post, study: Group) -> None:
    post.told.troubles = [Uncertain("no answer")]
    await post.put(week(study))
    with capture_logs():
        await post.deliver()
        await post.deliver(minutes=10)
    assert len(post.told.pictures) == 1
    assert await post.state("week") is State.ABANDONED


async def test_what_was_not_sent_is_drawn_anew(post: Post, study: Group, easel: Easel) -> None:
    post.told.troubles = [NotSent("no connection")]
    await post.put(week(study))
    await post.deliver()
    await post.deliver(seconds=5)
    assert (len(easel.charts), post.told.pictures) == (2, [b"png", b"png"])


async def test_an_edit_draws_nothing_and_a_changed_picture_alone_is_no_edit(post: Post, ann: Learner, easel: Easel) -> None:
    await post.put(week(ann, shows="week:1"))
    await post.deliver()
    others = replace(DIGEST, pictured=(ANN, replace(ANN, name="Bob")))
    await post.refresh(week(ann, others, act=Act.EDIT, shows="week:1"))
    await post.deliver()
    assert [act for act, _, _ in post.told.did] == ["send"]
    await post.refresh(week(ann, replace(others, unnamed=1), act=Act.EDIT, shows="week:1"))
    await post.deliver()
    assert [act for act, _, _ in post.told.did] == ["send", "edit"]
    assert len(easel.charts) == 1


async def test_a_courier_without_a_painter_sends_words(database: Database, study: Group) -> None:
    post = Post(database)
    post.courier = Courier(database, {"telegram": Recorder()}, post.limits, post.clock)
    await post.put(week(study))
    await post.deliver()
    assert await post.state("week") is State.SENT


async def test_what_is_much_is_looked_up_for_the_picture_and_for_nothing_else(post: Post, ann: Learner, easel: Easel) -> None:
    async with post.database.write() as tx:
        await checkins.add(
            tx, learner_id=ann.id, source="c", day=NOON.date(), outcome=Outcome.DONE, minutes=30, module_id=None,
            note="", links=(), photo=None, late=False, at=NOON,
        )  # fmt: skip
        kind, facts = pack(await progress.shown(tx, ann, at=NOON))
    assert facts["pictured"] == []
    await post.put(outgoing("progress", ann, kind=kind, facts=facts, shows="progress:1"))
    await post.deliver()
    [chart] = easel.charts
    assert isinstance(chart, ProgressChart)
    assert [day.minutes for day in chart.heat.days] == [30]
    await post.refresh(outgoing("edit:progress:1", ann, act=Act.EDIT, kind=kind, facts=facts, shows="progress:1"))
    await post.deliver()
    assert len(easel.charts) == 1
