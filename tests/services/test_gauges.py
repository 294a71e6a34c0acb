"""The operator's gauges: what waits, for how long, and nothing left standing that waits no longer."""

from datetime import timedelta

from prometheus_client import REGISTRY

from bot.services import gauges
from bot.store import inbox, outbox, sending, timers
from bot.store.database import Tx
from bot.store.inbox import Raw
from bot.store.outbox import Lane
from bot.store.timers import Timer
from tests.props import NOON, group, learner, outgoing


def shown(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"plan_e_{name}", labels)


async def test_an_idle_bot_shows_nothing_that_waits(tx: Tx) -> None:
    await gauges.show(tx, at=NOON)
    names = ("inbox_waiting", "inbox_age_seconds", "outbox_oldest_ready_seconds", "timers_due")
    assert [shown(name) for name in names] == [0, 0, 0, 0]


async def test_what_waits_is_counted_and_its_age_told(tx: Tx) -> None:
    ann, study = await learner(tx), await group(tx)
    sent = [NOON - timedelta(seconds=30), NOON - timedelta(seconds=90)]
    await inbox.store(tx, [Raw("telegram:1", f"{n}", "telegram:501", at, {}) for n, at in enumerate(sent)], at=NOON)
    await outbox.put(tx, [outgoing("one", ann), outgoing("two", study, lane=Lane.ALERT)], at=NOON)
    await timers.put(tx, [Timer("slot", 1, NOON), Timer("slot", 2, NOON + timedelta(hours=1))])
    later = NOON + timedelta(seconds=20)
    await gauges.show(tx, at=later)
    assert (shown("inbox_waiting"), shown("inbox_age_seconds")) == (2, 110)
    assert (shown("outbox_open", state="ready", lane="alert"), shown("outbox_oldest_ready_seconds")) == (1, 20)
    assert shown("timers_due") == 1
    await sending.claim(tx, at=later, owner="me", lease=timedelta(minutes=1), limit=9)
    await gauges.show(tx, at=later)
    assert shown("outbox_open", state="ready", lane="alert") is None
    assert shown("outbox_open", state="sending", lane="alert") == 1
