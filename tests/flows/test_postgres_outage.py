"""PostgreSQL that crashes, or cannot be reached, under the real process: the bot lives on, and loses and doubles nothing."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from tests.flows.outside import PostgresDatabase
from tests.flows.test_kill import alerts, check_answers, check_group, publish_promises, set_alert, set_slot
from tests.flows.town import Town, eventually, now, town
from tests.flows.way import way_to
from tests.postgres import OwnServer, make_database, server_of_our_own

SOON = timedelta(seconds=2)  # the outage has begun by then
LENGTHS = [3, pytest.param(60, marks=pytest.mark.long)]  # seconds
OPEN = "SELECT 1 FROM outbox WHERE state IN ('ready', 'sending', 'uncertain') UNION SELECT 1 FROM inbox WHERE state = 'new'"

Health = Callable[[], Awaitable[int]]


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    """A server that nobody else uses."""
    with server_of_our_own() as made:
        yield made


@pytest.mark.parametrize("seconds", LENGTHS)
async def test_a_server_that_crashes_and_comes_back(tmp_path: Path, server: OwnServer, seconds: float) -> None:
    url = await make_database(server.url, f"crashing_{seconds}")
    async with living(tmp_path, PostgresDatabase(url)) as (t, health):
        falls_due(t)
        server.crash()
        await says_while_it_is_away(t, health, seconds)
        server.start()
        await goes_on(t, health)


@pytest.mark.parametrize(
    ("seconds", "forget"), [(3, False), *(pytest.param(60, forget, marks=pytest.mark.long) for forget in (False, True))]
)
async def test_a_server_that_cannot_be_reached_for_a_while(
    tmp_path: Path, server: OwnServer, seconds: float, forget: bool
) -> None:
    url = await make_database(server.url, f"silent_{seconds}_{forget}".lower())
    async with way_to(server.socket) as way:
        by_way = make_url(url).set(host="127.0.0.1", port=way.port, query={})
        outside = PostgresDatabase(url, way=by_way.render_as_string(hide_password=False))
        async with living(tmp_path, outside) as (t, health):
            t.bot.alone = False  # of what is lost on the way the server learns nothing
            falls_due(t)
            way.cut()
            await says_while_it_is_away(t, health, seconds)
            way.mend(forget=forget)
            await goes_on(t, health)


@asynccontextmanager
async def living(folder: Path, outside: PostgresDatabase) -> AsyncIterator[tuple[Town, Health]]:
    """A town whose bot runs, in which Dora has promised something, and a way to ask for the status of its /healthz."""
    try:
        async with (
            town(folder, "Ann", "Bob", "Dora", seed=3, outside=outside) as t,
            httpx.AsyncClient(timeout=20) as client,
        ):
            await publish_promises(t, t.people[-1])
            port = _port(t)
            config = folder / "config.toml"
            config.write_text(config.read_text().replace("port = 0", f"port = {port}"))

            async def health() -> int:
                try:
                    return (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code
                except httpx.ConnectError:
                    return 0

            await t.until_hearing()
            await until_health(health, 200)
            yield t, health
    finally:
        outside.close()


def _port(t: Town) -> int:
    """A free one, of those that no connection is given: to the way to PostgreSQL there are many."""
    while True:
        with suppress(OSError), socket.create_server(("127.0.0.1", t.dice.randrange(20_000, 30_000))) as place:
            return int(place.getsockname()[1])


async def until_health(health: Health, status: int) -> None:
    """Wait until /healthz says so; TimeoutError after a minute."""
    async with asyncio.timeout(60):
        while await health() != status:  # noqa: ASYNC110 - another process sets no event
            await asyncio.sleep(0.05)


def falls_due(t: Town) -> None:
    """In a moment, when the database is gone: Ann's card and the alert about Dora."""
    ann, _, dora = t.people
    set_slot(t, ann, ago=-SOON)
    set_alert(t, dora, ago=-SOON)


async def says_while_it_is_away(t: Town, health: Health, seconds: float) -> None:
    """Check-ins that the bot hears and cannot store; Telegram keeps them, and the operator is told."""
    until, before = now() + timedelta(seconds=seconds), {one.name: len(t.tg.dm(one)) for one in t.people}
    for person in t.people[1:]:
        t.checkin(person, f"said by {person.name} meanwhile")
    await until_health(health, 503)
    polls = t.tg.counts["getupdates"]
    await asyncio.sleep(max(0.0, (until - now()).total_seconds()))
    assert t.bot.lives, t.bot.log[-5000:]
    assert t.tg.pending == len(t.people) - 1
    assert t.tg.counts["getupdates"] - polls < 5 + seconds, "it asks again and again"
    assert before == {one.name: len(t.tg.dm(one)) for one in t.people}
    assert not alerts(t)


async def goes_on(t: Town, health: Health) -> None:
    """The server is there again: all is stored, answered and sent, by the process that was there before."""
    back, pid = now(), t.bot.pid
    await until_health(health, 200)
    await eventually(lambda: t.tg.pending == 0)
    ann, *_ = t.people
    await eventually(lambda: alerts(t) and any("Start" in seen.labels for seen in t.tg.dm(ann)))
    await t.until_said()
    assert (t.bot.pid, t.bot.lives) == (pid, True)
    query = "SELECT source, account, note FROM checkins JOIN identities USING (learner_id)"
    assert sorted(t.bot.rows(query)) == sorted((key, str(told.author.id), told.words) for key, told in t.checkins.items())
    assert t.bot.rows("SELECT DISTINCT state FROM inbox") == [("done",)]
    check_group(t)
    check_answers(t)
    assert len([seen for seen in t.tg.dm(ann) if "Start" in seen.labels]) == 1
    assert ["promise of Dora" in seen.text for seen in alerts(t)] == [True]
    sent = t.bot.rows("SELECT kind, state FROM outbox WHERE kind IN ('card', 'alert') AND act = 'send' ORDER BY kind")
    assert sent == [("alert", "sent"), ("card", "sent")]
    assert all(at > back for at in (alerts(t)[0].at, t.tg.dm(ann)[-1].at))
