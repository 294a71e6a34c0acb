"""The world: time passes through everything that happens in it, is kept, and begins anew only when it should."""

import asyncio
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.app import world_of
from bot.sandbox import beginning
from bot.sandbox.view import watch
from bot.sandbox.world import World
from bot.store import migrate, sandbox
from bot.store.schema import learners, sessions
from tests.props import Hand, until
from tests.sandbox.ground import EVENING, REAL, does, ground, labels, local, quiet, seen, settings_in, words


def test_a_world_begins_on_a_monday_and_is_handed_over_on_a_thursday_evening() -> None:
    for hours in range(0, 400, 7):
        real = REAL + timedelta(hours=hours)
        begins, evening = beginning.begins_at(real), beginning.first_evening(real)
        assert evening <= real < evening + timedelta(days=7, hours=1)
        assert (begins.weekday(), evening.weekday()) == (0, 3)
        assert timedelta(days=10) <= evening - begins <= timedelta(days=11)


async def test_the_first_days_show_what_the_bot_does(home: Path) -> None:
    async with ground(home) as world:
        assert local(world) == "Thu 18 18:30"
        texts = [words(one) for one in await seen(world, "group")]
        board = next(one for one in await seen(world, "group") if one.pinned)
        assert await seen(world, "you") == []
    assert any(text.startswith("Leo: “") and "is still open" in text for text in texts), "a slip alert"
    assert any(text.startswith("The week") and "Nora: 5 of 5 sessions" in text for text in texts), "a digest"
    assert any("Kept" in text and text.startswith("Nora:") for text in texts), "a promise kept"
    assert "Studying today\n✓ Nora" in words(board)


async def test_your_words_and_presses_are_answered(home: Path) -> None:
    async with ground(home) as world:
        await does(world, lambda you: you.say("private", "/start", act="1"))
        question = (await seen(world, "you"))[-1]
        assert "city" in words(question)
        skip = next(data for data in question.presses if data == "start.skip")
        await does(world, lambda you: you.press(question.id, skip, act="2"))
        assert words((await seen(world, "you"))[-1]) != words(question), "edited in place"
        assert [toast.press for toast in world.chats.toasts] == ["2"]
        again = len(await seen(world, "you"))
        await does(world, lambda you: you.say("private", "/start", act="1"))
        assert len(await seen(world, "you")) == again, "the same act is done once"


async def test_a_push_passes_through_everything_in_between(home: Path) -> None:
    async with ground(home) as world:
        await does(world, lambda you: you.say("private", "/timezone Europe/London", act="1"))
        await does(world, lambda you: you.say("private", "/slot 07:00 mon-fri", act="2"))
        await does(world, lambda you: you.turn_clock("week"))
        cards = [one for one in await seen(world, "you") if one.at.minute == 0 and one.at.hour == 6]
        async with world.engine.database.read() as tx:
            found = await tx.execute(
                select(sessions.c.day, sessions.c.state).join(learners).where(learners.c.name == "You").order_by(sessions.c.day)
            )
            states = [row.state for row in found]
        assert local(world) == "Thu 25 18:30"
    assert [f"{one.at:%a}" for one in cards] == ["Fri", "Mon", "Tue", "Wed", "Thu"]
    assert states == ["missed"] * 4 + ["planned"], "silence counts, and no day is excused: the bot was there all along"


async def test_the_clock_goes_where_it_is_pushed(home: Path) -> None:
    async with ground(home) as world:
        await does(world, lambda you: you.turn_clock("quarter"))
        assert local(world) == "Thu 18 18:45"
        await does(world, lambda you: you.turn_clock("morning"))
        assert local(world) == "Fri 19 07:00", "whoever has no slot is woken at seven"
        await does(world, lambda you: you.say("private", "/timezone Asia/Tokyo", act="1"))
        await does(world, lambda you: you.say("private", "/slot 06:30 sat", act="2"))
        await does(world, lambda you: you.turn_clock("morning"))
        assert local(world) == "Fri 19 22:30", "whoever has one is woken for it: Saturday 06:30 in Tokyo"
        assert await world.zone() == "Asia/Tokyo"
        assert "Sat 20 Jun" in words((await seen(world, "you"))[-1])


async def test_pushes_queue_up_and_can_be_stopped(home: Path) -> None:
    async with ground(home) as world:
        assert all(world.push("week") for _ in range(8))
        assert not world.push("week"), "there is an end to it"
        await until(lambda: world.moving)
        assert world.pause()
        await quiet(world)
        assert world.clock.now() < EVENING + timedelta(weeks=1)


async def test_played_an_hour_passes_in_a_second_while_somebody_looks_on(home: Path) -> None:
    real = Hand(REAL)
    async with ground(home, real=real) as world:
        world.watchers += 1
        assert world.play()
        await until(lambda: world.playing)
        real.passes(seconds=3)
        await until(lambda: world.clock.now() >= EVENING + timedelta(hours=3))
        world.watchers -= 1
        await quiet(world)
        assert not world.playing


async def test_the_day_is_not_lost_by_a_restart(home: Path) -> None:
    async with ground(home) as world:
        await does(world, lambda you: you.turn_clock("week"))
        code = world.row.code
    async with ground(home, real=Hand(REAL + timedelta(hours=2))) as world:
        assert world.row.code == code
        assert local(world) == "Thu 25 20:30", "two hours later, by a clock that is a week ahead"


async def test_fresh_is_another_world_and_nothing_is_left_of_the_old_one(home: Path) -> None:
    async with ground(home) as world:
        await does(world, lambda you: you.say("private", "/timezone Europe/London", act="1"))
        await does(world, lambda you: you.turn_clock("week"))
        before = world.row.code
        await does(world, lambda you: you.fresh("another"))
        assert world.row.code == before, "that one is gone already"
        await does(world, lambda you: you.fresh(before))
        await until(lambda: world.row.ready and world.row.code != before, within=50)
        assert local(world) == "Thu 18 18:30"
        assert await seen(world, "you") == []
        await does(world, lambda you: you.say("private", "/help", act="1"))
        assert "What I understand here" in words((await seen(world, "you"))[-1]), "it goes on working"


async def test_begun_anew_by_the_operator(home: Path) -> None:
    async with ground(home) as world:
        before = world.row.code
    async with ground(home, fresh=True) as world:
        assert world.row.code != before


async def test_first_days_that_were_cut_short_are_begun_again(home: Path) -> None:
    async with ground(home) as world:
        async with world.engine.database.write() as tx:
            await sandbox.change_world(tx, ready=False)
        before = world.row.code
    async with ground(home) as world:
        assert world.row.code != before


# --- the tour


async def test_the_tour_shows_in_five_steps_what_would_happen_to_you(home: Path) -> None:
    async with ground(home) as world:
        promise = await _step(world, 1)
        assert words(promise[0]).startswith("You: the first 2 modules of Calculus 1\nDue Sat 20 Jun 2026 23:59 London")
        card = await _step(world, 2)
        assert "Lines, angles and distance" in words(card[0])
        assert {"Done", "Partly", "Not today"} <= set(labels(card[0]))
        missed = await _step(world, 3)
        assert missed[0].id == card[0].id
        assert "counts as missed" in words(missed[0])
        question, alert = await _step(world, 4)
        assert "Is it done?" in words(question)
        assert "never moved" in words(alert)
        assert alert.at.hour == 7, "08:00 in London: the night was waited for"
        digest, repaired = await _step(world, 5)
        assert words(digest).startswith("The week")
        assert "✗ You" in words(digest)
        assert repaired.id == alert.id
        assert "finished 18 hours late" in words(repaired)
        assert not world.tour(6)


async def test_a_step_out_of_turn_is_left_alone(home: Path) -> None:
    async with ground(home) as world:
        assert not world.tour(2)
        assert world.tour(1)
        assert not world.tour(1), "two tabs pressed it"
        assert not world.pause(), "a step is not stopped half-way"
        await quiet(world)
        assert world.row.tour_step == 1


async def test_a_tour_by_somebody_who_has_looked_round_begins_anew(home: Path) -> None:
    async with ground(home) as world:
        await does(world, lambda you: you.say("private", "/help", act="1"))
        before = world.row.code
        [promise] = await _step(world, 1)
        assert world.row.code != before
        assert words(promise).startswith("You:")


async def test_a_tour_begun_while_the_first_days_are_played_waits_for_them(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    await migrate.upgrade(settings.sandbox.url)
    world, stop = world_of(settings, Hand(REAL)), asyncio.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        tasks.create_task(world.run(stop, settings.scheduler))
        await until(lambda: world.moving)
        assert world.tour(1)
        assert not world.row.ready
        await until(lambda: world.row.tour_step == 1, within=50)
        stop.set()
    await world.engine.close()


async def _step(world: World, step: int) -> list[sandbox.Shown]:
    assert world.tour(step)
    await until(lambda: world.row.tour_step == step, within=50)
    async with world.engine.database.read() as tx:
        found = [await sandbox.by_id(tx, one) for one in world.row.tour_shows]
    return [one for one in found if one is not None]


# --- what a page is told


async def test_pages_are_told_what_they_do_not_know_and_then_what_happens(home: Path) -> None:
    async with ground(home) as world:
        told: list[tuple[str, int]] = []
        async with aclosing(watch(world, code="", since=0)) as news:
            async for kind, what in news:
                told.append((kind, what.get("revision", 0)))
                if kind == "state":
                    break
        kinds = [kind for kind, _ in told]
        assert (kinds[0], kinds[-1], set(kinds[1:-1])) == ("world", "state", {"message"})
        newest = max(revision for _, revision in told)
        await does(world, lambda you: you.say("private", "/help", act="1"))
        async with aclosing(watch(world, code=world.row.code, since=newest)) as news:
            first = [await anext(news) for _ in range(4)]
        assert [kind for kind, _ in first] == ["world", "message", "message", "state"], "only what is new"
        assert first[1][1]["author"]["kind"] == "you"


async def test_a_page_hears_at_once_and_is_let_go_at_the_end(home: Path) -> None:
    heard: list[str] = []

    async def listen(world: World) -> None:
        async for kind, _ in watch(world, code=world.row.code, since=10**6):
            heard.append(kind)

    async with asyncio.TaskGroup() as pages, ground(home) as world:
        pages.create_task(listen(world))
        await until(lambda: heard == ["world", "state"])
        assert world.watchers == 1
        await does(world, lambda you: you.say("group", "hello", act="1"))
        await until(lambda: len(heard) > 2)
    assert world.watchers == 0
