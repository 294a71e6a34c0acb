"""Killed with SIGKILL again and again, the bot loses nothing it was told, and says nothing in public twice."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from bot import timers
from bot.store.database import Database
from tests.fakes.telegram import Person, Seen
from tests.flows.outside import Outside
from tests.flows.town import Town, now, town

MOMENTS = ("starting", "hearing", "answering", "posting")
NAMES = ("Ann", "Bob", "Cem", "Dora", "Eve")


@pytest.mark.parametrize(
    ("outside", "kills", "updates"),
    [("sqlite", 50, 200), ("postgresql", 12, 48), pytest.param("postgresql", 50, 200, marks=pytest.mark.long)],
    indirect=["outside"],
)
async def test_many_kills_lose_nothing_and_repeat_nothing_in_public(
    tmp_path: Path, outside: Outside, kills: int, updates: int
) -> None:
    async with town(tmp_path, *NAMES, seed=7, outside=outside) as t:
        for _ in range(kills):
            news = round(updates / kills * t.dice.uniform(0, 2))
            await _live_and_die(t, min(news, updates - t.updates))
            if t.dice.random() < 0.6:
                t.pass_time()
        _talk(t, updates - t.updates)
        await live_on(t)
        assert t.updates == updates
        assert t.tg.pending == 0
        check_rows(t, tried=updates // 20 + 1)
        check_group(t)
        check_answers(t)


# --- lives --------------------------------------------------------------------------------------------------------------
async def _live_and_die(t: Town, news: int) -> None:
    """One life from fork to SIGKILL, at a moment the dice choose, with updates before it and in the midst of it."""
    _talk(t, news // 2)
    await _calm_suspects(t)
    moment, calls = t.dice.choice(MOMENTS), Counter(t.tg.counts)
    posts = len(t.tg.chat(t.group))
    await t.bot.start()
    if moment == "starting":
        await asyncio.sleep(t.dice.uniform(0, 0.4))
    else:
        await t.tg.until(lambda: t.tg.counts["getupdates"] > calls["getupdates"], within=30)
    _talk(t, news - news // 2)
    if moment == "hearing":
        await asyncio.sleep(t.dice.uniform(0, 0.1))
    elif moment == "answering":
        said = _said(calls) + t.dice.randint(1, 8)
        await _perhaps(t, lambda: _said(t.tg.counts) >= said)
        await asyncio.sleep(t.dice.uniform(0, 0.03))
    elif moment == "posting":  # at once: the message stands in the group, and the bot does not know it yet
        await _perhaps(t, lambda: len(t.tg.chat(t.group)) > posts)
    assert await t.bot.kill() == -signal.SIGKILL, t.bot.log[-5000:]


def _talk(t: Town, acts: int) -> None:
    for _ in range(acts):
        t.act()


async def _calm_suspects(t: Town) -> None:
    """Have handled what was interrupted twice: an update in which the bot dies three times is given up, by design."""
    interrupted = "SELECT 1 FROM inbox WHERE state = 'new' AND attempts > 1"
    while t.bot.rows(interrupted):  # others may have been begun just before the kill
        t.let_claims_lapse()
        await t.bot.start()
        await t.until_none(interrupted)
        await t.bot.kill()


async def _perhaps(t: Town, condition: Callable[[], bool]) -> None:
    """Wait for something the bot may say; there may be nothing to say."""
    with suppress(TimeoutError):
        await t.tg.until(condition, within=0.5)


def _said(counts: Counter[str]) -> int:
    return counts["sendmessage"] + counts["editmessagetext"]


async def live_on(t: Town) -> None:
    """Live until everything is handled and said, and end each time as an operator ends it."""
    for _ in range(3):  # a dead sender's lease runs out, a second try is due, and is done
        t.pass_time()
        await t.until_hearing()
        await t.until_said()
        assert await t.bot.kill(signal.SIGTERM) == 0, t.bot.log[-5000:]
    assert not t.bot.rows("SELECT key FROM outbox WHERE state IN ('sending', 'uncertain')")


# --- what must have become of it ----------------------------------------------------------------------------------------
def check_rows(t: Town, *, tried: int = 11) -> None:
    """Every check-in and every promise is there once, as its author's; what was published is a promise, once."""
    query = "SELECT source, account, note, minutes FROM checkins JOIN identities USING (learner_id)"
    assert sorted(t.bot.rows(query)) == sorted((key, str(told.author.id), told.words, 30) for key, told in t.checkins.items())
    query = "SELECT source, account, text FROM commitments JOIN identities USING (learner_id)"
    assert sorted(t.bot.rows(query)) == sorted((key, str(told.author.id), told.words) for key, told in t.promises.items())
    assert {text for (text,) in t.bot.rows("SELECT text FROM commitments WHERE state = 'open'")} == t.published
    query = "SELECT count(*) FROM commitment_events WHERE kind = 'published' GROUP BY commitment_id"
    assert t.bot.rows(query) == [(1,)] * len(t.published)
    assert t.bot.rows("SELECT DISTINCT state FROM inbox") == [("done",)]
    assert min(len(t.checkins), len(t.promises), len(t.published)) >= tried, "hardly anything was tried"


def check_group(t: Town) -> None:
    """No public message twice: none with the same first look under the same question, no promise in two messages."""
    looks = Counter((first_look(seen), seen.reply_to) for seen in t.tg.chat(t.group))
    assert looks.most_common(1)[0][1] == 1, looks.most_common(3)
    promised = Counter(words for seen in t.tg.chat(t.group) if not seen.pinned for words in t.promised_in(seen))
    assert promised.most_common(1)[0][1] == 1, promised.most_common(3)


def first_look(seen: Seen) -> str:
    """What a message said when it came."""
    return (seen.edits or (seen.text,))[0]


def check_answers(t: Town) -> None:
    """A check-in is answered once, or twice where nobody knew whether the first arrived; none is left unsaid in silence."""
    states = dict(t.bot.rows("SELECT key, state FROM outbox"))
    for source, told in t.checkins.items():
        state = states[f"a:{source}:1"]
        answers = [
            seen for seen in t.tg.dm(told.author) if told.words in first_look(seen)
        ]  # the day's card comes to tell it, too
        assert state in {"sent", "abandoned"}
        assert (1 if state == "sent" else 0) <= len(answers) <= 2, (told.words, state, answers)


# --- what fell due while nobody ran -------------------------------------------------------------------------------------
@pytest.mark.parametrize("outside", ["sqlite", "postgresql"], indirect=True)
async def test_what_fell_due_in_a_downtime_goes_out_or_expires_by_its_window(tmp_path: Path, outside: Outside) -> None:
    async with town(tmp_path, *NAMES, seed=1, outside=outside) as t:
        ann, bob, cem, dora, eve = t.people
        await publish_promises(t, dora, eve)
        # Decided by a process that died before it could send them, and long ago: a card for Cem, an alert about Eve.
        set_slot(t, cem, ago=timedelta(minutes=1))
        set_alert(t, eve)
        await _decide(t)
        gone = now() - timedelta(seconds=1)
        assert t.bot.write("UPDATE outbox SET expires_at = ? WHERE state = 'ready' AND kind IN ('card', 'alert')", gone) == 2
        # Due while nobody ran: Ann's card half an hour ago, Bob's three hours ago, the alert about Dora ten minutes ago.
        set_slot(t, ann, ago=timedelta(minutes=30))
        set_slot(t, bob, ago=timedelta(hours=3))
        set_alert(t, dora)
        before = {one.name: len(t.tg.dm(one)) for one in t.people}
        await t.bot.start()
        await t.tg.until(lambda: alerts(t) and all(len(t.tg.dm(one)) > before[one.name] for one in (ann, bob, cem)), within=30)
        await t.until_said()

        told = {one.name: [seen.text for seen in t.tg.dm(one)[before[one.name] :]] for one in t.people}
        assert {name: len(texts) for name, texts in told.items()} == {"Ann": 1, "Bob": 1, "Cem": 1, "Dora": 0, "Eve": 0}
        assert "delayed. That was me, not you." in told["Ann"][0]
        assert "I was down at your slot" in told["Bob"][0]
        assert "did not get through" in told["Cem"][0]
        assert [_session(t, one) for one in (ann, bob, cem)] == [
            ("planned", None),
            ("excused", "outage"),
            ("excused", "undelivered"),
        ]
        assert ["promise of Dora" in seen.text for seen in alerts(t)] == [True]
        assert sorted(t.bot.rows("SELECT state FROM outbox WHERE kind = 'alert'")) == [("expired",), ("sent",)]


async def publish_promises(t: Town, *people: Person) -> None:
    """Let each make a promise and publish it; the bot lives meanwhile."""
    await t.bot.start()
    for person in people:
        t.promise(person, f"promise of {person.name}", chat=None)
    await t.tg.until(lambda: all(t.previews(person) for person in people), within=30)
    for person in people:
        t.publish(person, t.previews(person)[0])
    await t.tg.until(
        lambda: len({words for seen in t.tg.chat(t.group) for words in t.promised_in(seen)}) == len(people), within=30
    )
    await t.until_said()
    await t.bot.kill()


def set_slot(t: Town, person: Person, *, ago: timedelta) -> None:
    """Let the person's slot fall due so long ago (less than nothing: so soon)."""
    whose = "(SELECT slots.id FROM slots JOIN identities USING (learner_id) WHERE account = ?)"
    due = f"UPDATE timers SET due_at = ? WHERE kind = 'slot' AND subject = {whose}"  # noqa: S608 - our own words
    assert t.bot.outside.write(due, now() - ago, str(person.id)) == 1


def set_alert(t: Town, person: Person, *, ago: timedelta = timedelta(minutes=10)) -> None:
    """Let the person's last promise have passed undone two hours before: its alert was due so long ago."""
    whose = "(SELECT max(commitments.id) FROM commitments JOIN identities USING (learner_id) WHERE account = ?)"
    alert = now() - ago
    due = alert - timedelta(hours=2)
    passed = f"UPDATE commitments SET due_at = ?, first_due_at = ? WHERE id = {whose}"  # noqa: S608 - our own words
    assert t.bot.outside.write(passed, due, due, str(person.id)) == 1
    timer = f"UPDATE timers SET due_at = ?, data = ? WHERE kind = 'promise' AND subject = {whose}"  # noqa: S608 - our own words
    assert t.bot.outside.write(timer, alert, '{"stage": "alert"}', str(person.id)) == 1


async def _decide(t: Town) -> None:
    """Do what the bot does at a tick, and no more."""
    database = Database(t.bot.outside.url)
    await timers.run_due(database, at=now())
    await database.close()


def alerts(t: Town) -> list[Seen]:
    """Those that stand in the group."""
    return [seen for seen in t.tg.chat(t.group) if "Cheer" in seen.labels]


def _session(t: Town, person: Person) -> tuple[str, str | None]:
    query = "SELECT state, reason FROM sessions JOIN identities USING (learner_id) WHERE account = ?"
    found: list[tuple[str, str | None]] = t.bot.rows(query, str(person.id))
    return found[0]
