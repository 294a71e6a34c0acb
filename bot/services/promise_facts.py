"""Promises as they are told: looked up in bulk, with their progress and their struck-out dates."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.commitments import Commitment, SafeStep, safe_step, struck_dues, taken_out
from bot.domain.credit import lateness
from bot.domain.errors import Refused
from bot.domain.notices.commitments import Promise, PromiseLine
from bot.domain.notices.general import StaleButton
from bot.domain.pace import Outlook
from bot.domain.people import Learner
from bot.domain.plans import ModulesScope, TrackScope
from bot.domain.rest import StudyDays
from bot.services import outlooks
from bot.services.rest import study_days
from bot.store import commitments, people, progress
from bot.store.database import Tx


async def tell(tx: Tx, rows: Sequence[Commitment]) -> dict[int, Promise]:
    """By commitment, the promise as it is told; the same few queries for one as for hundreds."""
    done = await progress.of_many(tx, rows)
    histories = await commitments.histories(tx, [row.id for row in rows])
    owners = await people.get_many(tx, sorted({row.learner_id for row in rows}))
    return {
        row.id: Promise(
            id=row.id,
            person=owners[row.learner_id].name,
            text=row.text,
            state=row.state,
            due_at=row.due_at,
            zone=row.zone,
            struck=struck_dues(histories[row.id]),
            covers=row.scope.names if isinstance(row.scope, ModulesScope | TrackScope) else (),
            progress=done[row.id],
            slipped=row.slipped_at is not None,
            done_at=row.done_at,
            late_seconds=int(lateness(row).total_seconds()),
            cut=taken_out(histories[row.id]),
        )
        for row in rows
    }


async def tell_one(tx: Tx, row: Commitment) -> Promise:
    """One promise as it is told."""
    return (await tell(tx, [row]))[row.id]


async def lines(tx: Tx, rows: Sequence[Commitment], *, at: datetime, outlook: bool = False) -> tuple[PromiseLine, ...]:
    """The promises in the order given, each with the smallest thing that keeps it safe; with its `outlook` where that is wanted.

    An outlook takes a forecast for each: milliseconds, so not for a batch of learners.
    """
    told = await tell(tx, rows)
    learners = await people.get_many(tx, sorted({row.learner_id for row in rows}))
    studying = await study_days(tx, list(learners), since=at.date())
    looks: dict[int, Outlook] = {}
    if outlook:
        progresses = {row.id: told[row.id].progress for row in rows}
        looks = await outlooks.of_promises(tx, list(learners.values()), progresses, at=at)
    return tuple(
        PromiseLine(told[row.id], _step(told[row.id], studying[row.learner_id], at=at), looks.get(row.id)) for row in rows
    )


def _step(promise: Promise, studying: StudyDays, *, at: datetime) -> SafeStep | None:
    """The step over the study days ahead, without the breaks whose end is known; nobody can reckon with the others."""
    reckoned = replace(studying, pauses=tuple(one for one in studying.pauses if one.last is not None))
    return safe_step(
        promise.progress, due_at=promise.due_at, at=at, zone=promise.zone, studies=lambda day: not reckoned.rests_on(day)
    )


async def own(tx: Tx, learner: Learner, commitment_id: int) -> Commitment:
    """The learner's commitment behind a button; Refused where it is somebody else's or no longer there."""
    found = await commitments.get(tx, commitment_id)
    if found is None:
        raise Refused(StaleButton(why="over"))
    if found.learner_id != learner.id:
        raise Refused(StaleButton(why="other"))
    return found
