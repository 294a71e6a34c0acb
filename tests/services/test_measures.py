"""What a promise covers, measured by itself where it can be: each kind of scope from its words to the last of it."""

from datetime import timedelta

import pytest

from bot.domain.commitments import Progress, State
from bot.domain.plans import Module, Plan, Track
from bot.services import plans
from bot.store import progress
from bot.store.database import Tx
from tests.services.promising import Street
from tests.services.test_promises import published

MATHS = Plan(
    "Maths",
    (
        Track("Calculus 1", (Module("Limits"), Module("Derivatives"))),
        Track("Algebra", (Module("Vectors"), Module("Matrices"))),
    ),
)


@pytest.mark.parametrize(
    ("promised", "before", "acts", "after"),
    [
        ("finish limits and vectors", (0, 2, "modules"), ["/done limits", "/done derivatives", "/done vectors"], [1, 1, 2]),
        ("finish Calculus 1", (0, 2, "modules"), ["/done vectors", "/done limits", "/done derivatives"], [0, 1, 2]),
        ("finish 2 modules", (0, 2, "modules"), ["/checkin 30m limits", "/done limits", "/done vectors"], [0, 1, 2]),
        ("do 2 sessions", (0, 2, "sessions"), ["/done limits", "/checkin 10m", "/checkin"], [0, 1, 1]),
        ("study 1.5 hours", (0, 90, "minutes"), ["/checkin 40m", "/checkin limits", "/checkin 50m"], [40, 40, 90]),
        ("write the essay", (0, 0, None), ["/checkin 40m", "/done limits"], [0, 0]),
    ],
)
async def test_a_scope_is_measured_by_what_is_done(
    tx: Tx, promised: str, before: tuple[int, int, str | None], acts: list[str], after: list[int]
) -> None:
    street = Street(tx)
    ann = await street.person("1", "Ann")
    await plans.use_plan(tx, ann, MATHS, at=street.at)
    await published(street, words=f"/commit {promised} by end of June")
    (made,) = await street.promises(ann)
    assert (await progress.of_many(tx, [made]))[made.id] == Progress(*before)
    counted = []
    for act in acts:
        street.at += timedelta(minutes=1)
        await street.say("1", act)
        counted.append((await progress.of_many(tx, [made]))[made.id].done)
    assert counted == after
    (now,) = await street.promises(ann)
    complete = before[2] is not None and after[-1] == before[1]
    assert now.state is (State.DONE if complete else State.OPEN)


async def test_several_promises_are_open_at_once_and_each_is_measured_by_itself(tx: Tx) -> None:
    street = Street(tx)
    ann = await street.person("1", "Ann")
    await plans.use_plan(tx, ann, MATHS, at=street.at)
    for words in ("finish Calculus 1 by end of June", "do 3 sessions by 20 June", "finish algebra by 10 July"):
        await published(street, words=f"/commit {words}")
    for words in ("/checkin 30m limits", "/done limits", "/done vectors"):
        await street.say("1", words)
    made = await street.promises(ann)
    told = await progress.of_many(tx, made)
    assert [(told[one.id].done, told[one.id].total) for one in made] == [(1, 2), (1, 3), (1, 2)]
