"""What is forgotten, what is kept, and that it goes in parts."""

from datetime import date, timedelta

from sqlalchemy import select

from bot.services import housekeeping
from bot.services.card_keys import card_key
from bot.store import inbox, outbox, pulses, schema
from bot.store.database import Tx
from bot.store.inbox import FORGOTTEN_AT_ONCE, Raw
from tests.props import NOON, learner, outgoing

DAY = timedelta(days=1)


async def states(tx: Tx) -> list[str]:
    return sorted((await tx.execute(select(schema.inbox.c.update).order_by(schema.inbox.c.id))).scalars())


async def test_updates_go_after_a_week_those_given_up_after_three_months_and_those_not_handled_never(tx: Tx) -> None:
    await inbox.store(tx, [Raw("b", name, "l", NOON, {}) for name in ("done", "new", "poison")], at=NOON)
    waiting = await inbox.begin(tx, limit=3, at=NOON)
    await inbox.end(tx, [one.id for one in waiting if one.update == "done"])
    await inbox.end(tx, [one.id for one in waiting if one.update == "poison"], state="poison")
    for days, left in ((7, ["done", "new", "poison"]), (8, ["new", "poison"]), (91, ["new"])):
        await housekeeping.clean(tx, at=NOON + days * DAY)
        assert await states(tx) == left


async def test_what_was_said_and_where_cards_stand_goes_after_three_months_posts_stay(tx: Tx) -> None:
    ann = await learner(tx)
    await outbox.put(tx, [outgoing("said", ann), outgoing("waits", ann)], at=NOON)
    await tx.execute(schema.outbox.update().where(schema.outbox.c.key == "said").values(state="sent", ended_at=NOON))
    for key in (card_key(ann.id, day=date(2026, 6, 1)), "promise:1", "board:1"):
        await add_shown(tx, key)
    await pulses.add_outage(tx, "telegram", since=NOON - DAY, until=NOON)
    await housekeeping.clean(tx, at=NOON + 29 * DAY)
    assert await pulses.outages_between(tx, since=NOON - DAY, until=NOON)
    await housekeeping.clean(tx, at=NOON + 91 * DAY)
    assert await pulses.outages_between(tx, since=NOON - DAY, until=NOON) == []
    assert await outbox.state_of(tx, "said") is None
    assert await outbox.state_of(tx, "waits") is outbox.State.READY
    assert set((await tx.execute(select(schema.shown.c.key))).scalars()) == {"promise:1", "board:1"}


async def add_shown(tx: Tx, key: str) -> None:
    await tx.execute(schema.shown.insert().values(key=key, platform="telegram", ref=f"1/{len(key)}", digest="", at=NOON))


async def test_much_goes_in_parts(tx: Tx) -> None:
    rows = [Raw("b", str(number), "l", NOON, {}) for number in range(FORGOTTEN_AT_ONCE + 1)]
    await inbox.store(tx, rows, at=NOON)
    await tx.execute(schema.inbox.update().values(state="done"))
    parts = [await housekeeping.clean(tx, at=NOON + 8 * DAY) for _ in range(2)]
    assert parts == [True, False]
    assert await states(tx) == []
