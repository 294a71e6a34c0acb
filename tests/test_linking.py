"""One person on Telegram and Discord, by the real inbox, router, timers and courier: what stands in each chat afterwards."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import buttons
from bot.courier import Courier
from bot.domain.people import Consent
from bot.events import Chat, Chosen, Event, Person, Pressed, Said
from bot.inbox import Inbox
from bot.limits import Limits
from bot.messenger import Gone
from bot.router import Router
from bot.services import groups as joining
from bot.services import meeting, plans, slots
from bot.store import outbox, people, pulses, timers
from bot.store.database import Database
from bot.store.inbox import Raw
from bot.store.schema import checkins, learners, link_codes
from bot.timers import run_due
from bot.ui.message import Action, Among
from tests.props import Hand
from tests.services.grouping import Standing, Walls
from tests.services.linking import STATISTICS
from tests.services.studying import CALCULUS

MONDAY = datetime(2026, 5, 4, 6, tzinfo=UTC)
BOTS = {"telegram": "telegram:1", "discord": "discord:2"}
EVERY_DAY = frozenset(range(7))


class Speaker:
    """A platform as the inbox knows it."""

    def __init__(self, platform: str) -> None:
        self._platform = platform

    def read(self, raw: dict[str, Any], *, received_at: datetime) -> Event | None:
        person = Person(self._platform, raw["who"], raw["name"], raw["name"].casefold())
        chat = Chat(self._platform, raw.get("chat", raw["who"]), private="chat" not in raw, title="Study")
        if "action" in raw:
            name, *args = raw["action"]
            return Pressed(person, chat, received_at, raw["ref"], Action(name, tuple(args)), "tap")
        return Said(person, chat, received_at, "u1", words=raw["words"])

    async def is_admin(self, chat: Chat, person: Person) -> bool:
        return False

    async def chosen(self, chat: Chat, among: Among, value: str) -> Chosen | None:
        return None

    async def fetch(self, file_id: str) -> bytes:
        raise AssertionError(f"nobody sent a file here, and {file_id} was asked for")


class Town:
    """Two platforms before one bot. Both number their messages alike, as if to be mixed up."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, Hand(MONDAY)
        self.walls = {name: Walls() for name in BOTS}
        router = Router({"telegram": "plan_e_bot", "discord": "plan_e"})
        self.inbox = Inbox(database, {bot: Speaker(name) for name, bot in BOTS.items()}, router, self.clock)
        limits = Limits(dict.fromkeys(BOTS, 1000.0), chat_per_second=1000, chat_burst=1000, group_per_minute=100_000)
        self.courier = Courier(database, self.walls, limits, self.clock)
        self._names: dict[tuple[str, str], str] = {}
        self._updates = 0

    # --- people -------------------------------------------------------------------------------------------------------
    async def comes(self, platform: str, who: str, name: str, **setup: Any) -> int:
        """Somebody writes to the bot; `wall` and `plan` are set up for them. Returns the learner's id."""
        self._names[platform, who] = name
        async with self.database.write() as tx:
            made = await meeting.meet_person(
                tx, platform=platform, account=who, name=name, username=None, language="en", private=True, at=self.clock.at
            )
            made = await slots.change_zone(tx, made, "UTC", at=self.clock.at)
            if "wall" in setup:
                await slots.set_slot(tx, made, wall=setup["wall"], weekdays=EVERY_DAY, at=self.clock.at)
            if "plan" in setup:
                await plans.use_plan(tx, made, setup["plan"], at=self.clock.at)
        return made.id

    async def joins(self, platform: str, who: str, chat: str) -> None:
        """They join a group of their platform, which may see everything."""
        async with self.database.write() as tx:
            found = await people.by_account(tx, platform=platform, account=who)
            assert found is not None
            group = await meeting.meet_group(tx, platform=platform, chat=chat, title=f"Study {platform}", at=self.clock.at)
            await joining.join(tx, found[0], group, at=self.clock.at)
            await joining.choose_consent(tx, found[0], group, Consent.ALERT, at=self.clock.at)
        await self.settles()

    # --- talking ------------------------------------------------------------------------------------------------------
    async def says(self, platform: str, who: str, words: str, **more: Any) -> str:
        """Words are typed; returns what stands last in that chat."""
        await self._hears(platform, {"who": who, "name": self._names[platform, who], "words": words, **more})
        return self.chat(platform, more.get("chat", who))[-1].text

    async def presses(self, platform: str, who: str, label: str, *, on: Standing | None = None) -> str:
        """A button is pressed, of the latest message that has it unless told; returns the message's text afterwards."""
        line = self.chat(platform, who)
        target = on or next(one for one in reversed(line) if any(have.startswith(label) for have in one.labels))
        action = next(action for have, action in target.actions.items() if have.startswith(label))
        known = buttons.decode(buttons.encode(action))
        assert known is not None
        raw = {"who": who, "name": self._names[platform, who], "action": [known.name, *known.args], "ref": target.ref}
        await self._hears(platform, raw)
        return target.text

    async def _hears(self, platform: str, raw: dict[str, Any]) -> None:
        self._updates += 1
        await self.inbox.receive([Raw(BOTS[platform], str(self._updates), f"{platform}:{raw['who']}", self.clock.at, raw)])
        while await self.inbox.work():
            pass
        await self.settles()

    async def links(self, giver: tuple[str, str] = ("telegram", "1"), taker: tuple[str, str] = ("discord", "7")) -> str:
        """The whole way: a code here, typed there, confirmed."""
        code = code_in(await self.says(*giver, "/link"))
        await self.says(*taker, f"/link {code}")
        return await self.presses(*taker, "Link")

    # --- time and looking ---------------------------------------------------------------------------------------------
    async def until(self, at: datetime) -> None:
        """Time passes: every timer in its turn; both platforms are heard all the while."""
        while (due := await self._next_due()) is not None and due <= at:
            self.clock.at = max(self.clock.at, due)
            await self._beat()
        self.clock.at = at
        await self._beat()

    async def _beat(self) -> None:
        async with self.database.write() as tx:
            for bot in BOTS.values():
                await pulses.beat(tx, bot, at=self.clock.at)
        await run_due(self.database, at=self.clock.at)
        await self.settles()

    async def _next_due(self) -> datetime | None:
        async with self.database.read() as tx:
            return await timers.next_due(tx)

    async def settles(self) -> None:
        await self.courier.review()
        while True:
            await self.courier.drain()
            async with self.database.read() as tx:
                soon = await outbox.next_due(tx, after=self.clock.at)
            if soon is None or soon - self.clock.at > timedelta(seconds=1):
                return
            self.clock.at = soon

    def chat(self, platform: str, who: str) -> list[Standing]:
        return self.walls[platform].chats.get(who, [])

    def cards(self, platform: str, who: str) -> list[str]:
        return [one.text for one in self.chat(platform, who) if re.match(r"\w{3} \d+ \w{3}", one.text)]

    async def rows(self, query: Any) -> list[Any]:
        async with self.database.read() as tx:
            return list(await tx.execute(query))


def code_in(text: str) -> str:
    found = re.search(r"/link (\w{4}-\w{4})", text)
    assert found is not None, text
    return found[1]


@pytest.fixture
def town(database: Database) -> Town:
    return Town(database)


# --- the way in


async def test_a_code_from_here_typed_there_makes_one_of_two(town: Town) -> None:
    await town.comes("telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    await town.comes("discord", "7", "Anna")
    given = await town.says("telegram", "1", "/link")
    assert given.startswith("One person, two accounts. Type this to me on Discord, by 06:15:")
    assert given.endswith("It works once. Keep it to yourself: whoever types it can become one with you.")

    seen = await town.says("discord", "7", f"/link {code_in(given).casefold()}")
    assert seen.startswith("Link this account with Ann (@ann) on Telegram? Only if that is you.")
    assert "Plan: Maths\nCards go to Telegram; /link changes that" in seen
    assert town.chat("discord", "7")[-1].labels == ["Link", "No"]
    assert len(await town.rows(select(learners).where(learners.c.linked_to.is_not(None)))) == 0

    told = await town.presses("discord", "7", "Link")
    assert told == "Linked. One learner from now on.\n\nTelegram (@ann)\nDiscord (@anna)\n\nCards and reminders go to Telegram."
    assert town.chat("telegram", "1")[-1].text == told
    assert town.chat("telegram", "1")[-1].labels == ["✓ Telegram", "Cards to Discord", "Unlink"]
    assert await town.says("telegram", "1", "/link") == told.replace("Linked. One learner from now on.", "Your accounts")
    assert "Maths" in await town.says("discord", "7", "/plan")


async def test_a_deep_link_is_as_good_as_the_words(town: Town) -> None:
    await town.comes("telegram", "1", "Ann", plan=CALCULUS)
    await town.comes("discord", "7", "Anna")
    code = code_in(await town.says("discord", "7", "/link"))
    assert "on Discord? Only if that is you." in await town.says("telegram", "1", f"/start link_{code}")
    assert (await town.presses("telegram", "1", "Link")).startswith("Linked.")


async def test_no_is_an_answer(town: Town) -> None:
    await town.comes("telegram", "1", "Ann")
    await town.comes("discord", "7", "Anna")
    code = code_in(await town.says("telegram", "1", "/link"))
    await town.says("discord", "7", f"/link {code}")
    assert await town.presses("discord", "7", "No") == "Nothing was linked."
    assert (await town.says("discord", "7", "/link off")).startswith("There is nothing to unlink")


# --- codes that are none


async def test_a_code_works_once_and_a_new_one_replaces_the_old(town: Town) -> None:
    for platform, who, name in (("telegram", "1", "Ann"), ("discord", "7", "Anna"), ("discord", "8", "Eve")):
        await town.comes(platform, who, name)
    old = code_in(await town.says("telegram", "1", "/link"))
    new = code_in(await town.says("telegram", "1", "/link"))
    assert (await town.says("discord", "7", f"/link {old}")).startswith("I know no such code. 4 more tries;")
    await town.says("discord", "7", f"/link {new}")
    await town.says("discord", "8", f"/link {new}")
    await town.presses("discord", "7", "Link")
    before = town.chat("discord", "8")[-1].text
    assert await town.presses("discord", "8", "Link") == before
    assert town.walls["discord"].toasts[-1].startswith("I know no such code.")
    assert (await town.says("discord", "8", f"/link {new}")).startswith("I know no such code.")
    assert await town.rows(select(link_codes)) == []


async def test_pressed_twice_it_is_done_once_and_said_so(town: Town) -> None:
    await town.comes("telegram", "1", "Ann")
    await town.comes("discord", "7", "Anna")
    code = code_in(await town.says("telegram", "1", "/link"))
    await town.says("discord", "7", f"/link {code}")
    preview = town.chat("discord", "7")[-1]
    yes = preview.actions["Link"]
    told = await town.presses("discord", "7", "Link")
    raw = {"who": "7", "name": "Anna", "action": [yes.name, *yes.args], "ref": preview.ref}
    await town._hears("discord", raw)
    assert preview.text == told
    assert town.walls["discord"].toasts[-1].startswith("That moment has passed.")


async def test_ones_own_code_and_one_of_the_same_platform_are_refused(town: Town) -> None:
    for who, name in (("1", "Ann"), ("2", "Bob")):
        await town.comes("telegram", who, name)
    code = code_in(await town.says("telegram", "1", "/link"))
    assert await town.says("telegram", "1", f"/link {code}") == "That is your own code. It is to be typed on Discord."
    assert await town.says("telegram", "2", f"/link {code}") == (
        "That code comes from an account on Telegram, and you have one there. One account per platform."
    )


async def test_a_third_account_on_a_platform_is_refused(town: Town) -> None:
    for platform, who, name in (("telegram", "1", "Ann"), ("discord", "7", "Anna"), ("discord", "8", "Eve")):
        await town.comes(platform, who, name)
    await town.links()
    code = code_in(await town.says("discord", "8", "/link"))
    assert "One account per platform." in await town.says("telegram", "1", f"/link {code}")


async def test_a_code_grows_old_even_between_look_and_confirm(town: Town) -> None:
    await town.comes("telegram", "1", "Ann")
    await town.comes("discord", "7", "Anna")
    code = code_in(await town.says("telegram", "1", "/link"))
    town.clock.passes(minutes=14)
    assert (await town.says("discord", "7", f"/link {code}")).startswith("Link this account")
    town.clock.passes(minutes=1)
    await town.presses("discord", "7", "Link")
    assert town.walls["discord"].toasts[-1] == "That code is too old. /link on Telegram gives a fresh one."
    assert await town.says("discord", "7", f"/link {code}") == "That code is too old. /link on Telegram gives a fresh one."


async def test_guesses_are_few(town: Town) -> None:
    await town.comes("telegram", "1", "Ann")
    await town.comes("discord", "7", "Eve")
    code = code_in(await town.says("telegram", "1", "/link"))
    said = [await town.says("discord", "7", f"/link WRNG-{n}222") for n in range(2, 7)]
    assert said[-1].startswith("I know no such code, and that was the last try for now.")
    assert await town.says("discord", "7", f"/link {code}") == "Too many wrong codes. I look at the next one after 07:00."
    town.clock.passes(hours=1, minutes=1)
    code = code_in(await town.says("telegram", "1", "/link"))
    assert (await town.says("discord", "7", f"/link {code}")).startswith("Link this account")


async def test_a_code_typed_before_others_is_void(town: Town) -> None:
    await town.comes("telegram", "1", "Ann")
    await town.comes("discord", "7", "Anna")
    code = code_in(await town.says("telegram", "1", "/link"))
    said = await town.says("discord", "7", f"/link {code}", chat="99")
    assert said == "Others could read that code, so it is void. /link in private gives a fresh one."
    assert await town.says("discord", "7", "/link", chat="99") == "/link works in a private chat with me."
    assert (await town.says("discord", "7", f"/link {code}")).startswith("I know no such code.")


# --- one learner, one card


async def test_one_card_a_day_where_it_is_wanted_and_two_after_unlinking(town: Town) -> None:
    await town.comes("telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    await town.comes("discord", "7", "Anna", wall=time(8), plan=STATISTICS)
    await town.links()
    await town.until(datetime(2026, 5, 5, 7, 1, tzinfo=UTC))
    assert (len(town.cards("telegram", "1")), len(town.cards("discord", "7"))) == (2, 0)

    await town.presses("telegram", "1", "Cards to Discord")  # after today's card: there is no second one
    await town.until(datetime(2026, 5, 5, 12, tzinfo=UTC))
    assert (len(town.cards("telegram", "1")), len(town.cards("discord", "7"))) == (2, 0)
    assert town.chat("discord", "7")[-1].text.startswith("45 minutes")  # but the reminder goes where it should now

    await town.says("discord", "7", "/checkin 30m limits")
    assert town.cards("telegram", "1")[-1].startswith("Tue 5 May · done")  # the card is edited where it stands
    await town.until(datetime(2026, 5, 6, 9, tzinfo=UTC))
    assert (len(town.cards("telegram", "1")), len(town.cards("discord", "7"))) == (2, 1)

    asked = await town.says("discord", "7", "/link off")
    assert asked.startswith("Unlink Discord? That makes two learners of one.\n\nBack goes what it brought: the plan “Numbers”")
    assert await town.presses("discord", "7", "Unlink", on=town.chat("discord", "7")[-1]) == (
        "Unlinked. Here you are a learner of your own again, with what you had before. What came since is on Telegram."
    )
    assert town.chat("telegram", "1")[-1].text == "Unlinked. Discord: a learner of its own again."
    assert town.cards("discord", "7") == []  # it was Ann's, and says so
    await town.until(datetime(2026, 5, 7, 9, tzinfo=UTC))
    assert "Limits" not in town.cards("discord", "7")[-1]
    assert "Means" in town.cards("discord", "7")[-1]
    assert len(town.cards("telegram", "1")) == 3


async def test_todays_card_of_the_other_closes_and_its_check_in_counts(town: Town) -> None:
    await town.comes("telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    await town.comes("discord", "7", "Anna", wall=time(7), plan=STATISTICS)
    await town.until(datetime(2026, 5, 4, 7, 5, tzinfo=UTC))
    await town.says("telegram", "1", "/checkin yesterday 30m")
    await town.presses("discord", "7", "Done")
    await town.links()
    moved = [one.text for one in town.chat("discord", "7") if one.text.startswith("This card has closed")]
    assert len(moved) == 1
    assert town.cards("telegram", "1")[0].startswith("Mon 4 May · done")
    await town.until(datetime(2026, 5, 4, 23, tzinfo=UTC))
    assert not [one.text for one in town.chat("telegram", "1") if "not a word" in one.text or "still open" in one.text]

    await town.says("discord", "7", "/link off")
    await town.presses("discord", "7", "Unlink", on=town.chat("discord", "7")[-1])
    assert town.cards("discord", "7")[0].startswith("Mon 4 May · done")
    assert not town.cards("telegram", "1")[0].startswith("Mon 4 May · done")
    assert [row.learner_id for row in await town.rows(select(checkins).order_by(checkins.c.id))] == [1, 2]


async def test_blocked_on_one_platform_the_card_comes_on_the_other(town: Town) -> None:
    await town.comes("telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    await town.comes("discord", "7", "Anna")
    await town.links()
    town.walls["telegram"].trouble = Gone("blocked", "Forbidden")
    await town.until(datetime(2026, 5, 5, 8, tzinfo=UTC))
    assert len(town.cards("discord", "7")) == 2
    assert town.cards("telegram", "1") == []
    await town.presses("discord", "7", "Done", on=town.chat("discord", "7")[-2])
    assert "Telegram (@ann): I cannot write to you there" not in await town.says("discord", "7", "/today")
    seen = await town.says("discord", "7", "/link")
    assert "Telegram (@ann): I cannot write to you there" in seen
    assert "for now they take the other way" in seen
    await town.until(datetime(2026, 5, 6, 8, tzinfo=UTC))
    assert "Wed 6 May" in town.cards("discord", "7")[-1]  # not excused: somewhere it could be written


# --- groups and names


async def test_a_group_on_either_platform_counts_the_same_check_ins_under_one_name(town: Town) -> None:
    await town.comes("telegram", "1", "Ann", wall=time(7), plan=CALCULUS)
    await town.comes("discord", "7", "Anna")
    await town.joins("telegram", "1", "-100")
    await town.joins("discord", "7", "99")
    await town.links()
    await town.until(datetime(2026, 5, 5, 7, 30, tzinfo=UTC))
    await town.says("discord", "7", "/checkin 30m limits")
    town.clock.passes(minutes=1)
    await town.settles()
    boards = [town.chat("telegram", "-100")[-1].text, town.chat("discord", "99")[-1].text]
    assert all("Ann" in board and "Anna" not in board for board in boards)
    assert boards[0].count("✓") == boards[1].count("✓") >= 1
    assert [row.name for row in await town.rows(select(learners.c.name).where(learners.c.linked_to.is_(None)))] == ["Ann"]


async def test_what_is_asked_in_a_group_is_answered_in_private_on_the_same_platform(town: Town) -> None:
    await town.comes("telegram", "1", "Ann")
    await town.comes("discord", "7", "Anna")
    await town.links()
    await town.joins("discord", "7", "99")
    before = len(town.chat("telegram", "1"))
    assert await town.says("discord", "7", "/privacy", chat="99") == "The answer is in our private chat."
    assert town.chat("discord", "7")[-1].text.startswith("What may Study")
    assert len(town.chat("telegram", "1")) == before


async def test_a_promise_made_here_is_asked_about_and_kept_from_there(town: Town) -> None:
    await town.comes("telegram", "1", "Ann", plan=CALCULUS)
    await town.comes("discord", "7", "Anna")
    await town.joins("discord", "7", "99")
    await town.says("discord", "7", "/commit read chapter 1 by 5 May 12:00")
    await town.presses("discord", "7", "Publish")
    await town.links()
    post = next(one for one in town.chat("discord", "99") if "read chapter 1" in one.text and not one.text.startswith("Board"))
    assert post.text.startswith("Ann: ")
    await town.until(datetime(2026, 5, 5, 12, 1, tzinfo=UTC))
    assert town.chat("telegram", "1")[-1].text.startswith("read chapter 1 is due. Is it done?")
    await town.says("discord", "7", "/done read chapter 1")
    assert "is due" not in town.chat("telegram", "1")[-1].text  # the question is closed where it was asked
    await town.until(datetime(2026, 5, 5, 15, tzinfo=UTC))
    assert not [one for one in town.chat("discord", "99") if "slipped" in one.text]


async def test_a_question_begun_here_goes_on_there_in_a_message_of_its_own(town: Town) -> None:
    await town.comes("telegram", "1", "Ann")
    await town.comes("discord", "7", "Anna")
    await town.links()
    await town.says("telegram", "1", "/slot")
    standing = town.chat("telegram", "1")[-1].text
    others = [one.text for one in town.chat("discord", "7")]
    assert (await town.says("discord", "7", "6:45 mon-fri")).startswith("06:45, Mon-Fri")
    assert town.chat("telegram", "1")[-1].text == standing
    assert [one.text for one in town.chat("discord", "7")][:-1] == others
