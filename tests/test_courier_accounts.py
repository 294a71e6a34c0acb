"""The courier and people with several accounts: the other one where one is closed, never both; edits where the message stands."""

from typing import Any

import pytest

from bot.courier import Courier
from bot.domain.notices.slips import HelpOffered
from bot.domain.people import Learner
from bot.messenger import Gone, Uncertain
from bot.services.facts import pack
from bot.store import links, outbox, people
from bot.store.database import Database, Tx, add
from bot.store.outbox import Act, State
from bot.store.schema import identities
from tests.props import NOON, Recorder, learner, outgoing, said
from tests.test_courier import Post


class Posts(Post):
    """A courier with two platforms; `told` is Telegram, `other` is Discord."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.other = Recorder()
        self.limits.per_second["discord"] = 1000.0
        self.courier = Courier(database, {"telegram": self.told, "discord": self.other}, self.limits, self.clock)


@pytest.fixture
def posts(database: Database) -> Posts:
    return Posts(database)


@pytest.fixture
async def ann(database: Database) -> Learner:
    """Somebody with an account on each platform."""
    async with database.write() as tx:
        made = await learner(tx)
        await add(tx, identities, learner_id=made.id, platform="discord", account="77", username=None, reachable=True)
        return made


async def _closed(posts: Posts, platform: str, account: str) -> None:
    async with posts.database.write() as tx:
        await people.change_identity(tx, platform=platform, account=account, reachable=False)


async def test_where_one_account_is_closed_the_other_hears_it(posts: Posts, ann: Learner) -> None:
    await _closed(posts, "telegram", "501")
    await posts.put(outgoing("a", ann))
    await posts.deliver()
    assert posts.told.did == []
    assert posts.other.did == [("send", "77", "There is no /a. /help lists what there is.")]
    assert await posts.state("a") is State.SENT


async def test_who_blocks_the_bot_on_one_platform_hears_it_on_the_other_once(posts: Posts, ann: Learner) -> None:
    posts.told.troubles = [Gone("blocked", "Forbidden")]
    await posts.put(outgoing("a", ann))
    await posts.deliver()
    await posts.deliver(seconds=2)
    await posts.deliver(seconds=60)
    assert posts.told.did == []
    assert [chat for _, chat, _ in posts.other.did] == ["77"]
    account = (await posts.ask(lambda tx: people.accounts(tx, [ann.id], platform="telegram")))[ann.id]
    assert not account.reachable


async def test_where_both_are_closed_nobody_hears_it(posts: Posts, ann: Learner) -> None:
    posts.told.troubles, posts.other.troubles = [Gone("blocked")], [Gone("chat_gone")]
    await posts.put(outgoing("a", ann))
    await posts.deliver()
    await posts.deliver(seconds=2)
    assert await posts.state("a") is State.DEAD
    assert posts.told.did + posts.other.did == []


async def test_what_may_have_arrived_on_one_platform_is_not_said_on_the_other(posts: Posts, ann: Learner) -> None:
    posts.told.troubles = [Uncertain("read timeout"), Gone("blocked")]
    await posts.put(outgoing("a", ann))
    await posts.deliver()
    await posts.deliver(seconds=61)
    await posts.deliver(seconds=61)
    assert await posts.state("a") is State.DEAD
    assert posts.other.did == []


async def test_an_edit_goes_where_the_message_stands(posts: Posts, ann: Learner) -> None:
    await _closed(posts, "telegram", "501")
    await posts.put(outgoing("a", ann, shows="card"))
    await posts.deliver()
    async with posts.database.write() as tx:  # reachable again, and that is where cards go
        await people.change_identity(tx, platform="telegram", account="501", reachable=True)
    for name in ("one", "two"):
        await posts.refresh(outgoing("edit:card", ann, act=Act.EDIT, shows="card", **said(name)))
        await posts.deliver()
    assert posts.told.did == []
    assert [(act, chat) for act, chat, _ in posts.other.did] == [("send", "77"), ("edit", "77/1"), ("edit", "77/1")]


async def test_an_edit_is_never_made_of_a_message_elsewhere(posts: Posts, ann: Learner) -> None:
    await posts.put(outgoing("a", ann, shows="card"))
    await posts.deliver()
    await _closed(posts, "telegram", "501")
    await posts.refresh(outgoing("edit:card", ann, act=Act.EDIT, shows="card", **said("one")))
    await posts.deliver()
    assert await posts.state("edit:card") is State.CANCELLED
    assert posts.other.did == []


async def test_a_tap_is_answered_where_it_was_made_or_not_at_all(posts: Posts, ann: Learner) -> None:
    await _closed(posts, "telegram", "501")
    await posts.put(outgoing("t", ann, act=Act.TOAST, ref="tap"))
    await posts.deliver()
    assert posts.other.did == []


async def test_an_account_that_is_named_stays_on_its_platform(posts: Posts, ann: Learner) -> None:
    kind, facts = pack(HelpOffered(helper="Bob", account="502", username="bob", text="Limits"))
    await _closed(posts, "telegram", "501")
    await posts.put(outgoing("help", ann, kind=kind, facts=facts))
    await posts.deliver()
    assert posts.other.texts == ["Bob offers to help with “Limits”."]


async def test_what_waits_for_a_dormant_learner_goes_to_who_they_are_now(posts: Posts, ann: Learner) -> None:
    async with posts.database.write() as tx:
        old = await learner(tx, 502, name="Old")
        await outbox.put(tx, [outgoing("a", old)], at=NOON)
        await tx.execute(identities.delete().where(identities.c.learner_id == old.id))
        await links.unite(tx, dormant=old.id, into=ann.id, at=NOON)
    await posts.deliver()
    assert [chat for _, chat, _ in posts.told.did] == ["501"]


async def test_nothing_is_looked_up_for_another_platform(posts: Posts, ann: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loader may have a say once; it is asked when the message really goes."""
    asked = []

    async def load(_tx: Tx, facts: dict[str, Any], _at: Any) -> None:
        asked.append(facts)

    monkeypatch.setattr("bot.items.LOADERS", {"card": load})
    await _closed(posts, "telegram", "501")
    await posts.put(outgoing("a", ann, kind="card", facts={"n": 1}))
    await posts.deliver()
    assert asked == [{"n": 1}]
