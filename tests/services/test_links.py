"""Codes, the view of what is linked, and who is told where."""

import pytest
from sqlalchemy import select

from bot.domain.errors import Refused
from bot.domain.links import ALPHABET, CODE_LENGTH, CODE_LIVES, WRONG_WITHIN
from bot.domain.notices.general import StaleButton
from bot.domain.notices.links import LinkCode, LinkPreview, Links, NotLinked
from bot.domain.people import Consent
from bot.services import alerts, drafts, housekeeping, links
from bot.store import people
from bot.store.database import Tx
from bot.store.schema import link_codes, link_tries
from tests.services.linking import MONDAY, group, join, link, person, promise, unlink
from tests.services.studying import CALCULUS, queued

pytestmark = pytest.mark.both_engines


async def test_codes_are_of_clear_letters_and_never_the_same(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann")
    given = [await links.begin(tx, ann, platform="telegram", at=MONDAY) for _ in range(50)]
    codes = {one.code for one in given if isinstance(one, LinkCode)}
    assert len(codes) == 50
    assert all(len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert len((await tx.execute(select(link_codes))).all()) == 1


async def test_codes_and_tries_that_count_no_more_are_forgotten(tx: Tx) -> None:
    ann = await person(tx, "telegram", "1", "Ann")
    await links.begin(tx, ann, platform="telegram", at=MONDAY)
    await links.look(tx, ann, "WRNG2345", at=MONDAY)
    await housekeeping.clean(tx, at=MONDAY + WRONG_WITHIN)
    assert len((await tx.execute(select(link_tries))).all()) == 1
    await housekeeping.clean(tx, at=MONDAY + 2 * WRONG_WITHIN)
    assert (await tx.execute(select(link_codes))).all() == (await tx.execute(select(link_tries))).all() == []


async def test_a_look_changes_nothing_and_names_what_both_bring(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    here, both = await group(tx, "telegram", "-1"), await group(tx, "telegram", "-2")
    for who, place, level in ((ann, here, Consent.GROUP), (ann, both, Consent.BUDDY), (anna, both, Consent.ALERT)):
        await join(tx, who, place, level)
    for who in (ann, anna):
        await promise(tx, who, f"read, says {who.name}", due_at=MONDAY + 100 * CODE_LIVES)
    code = await links.begin(tx, anna, platform="discord", at=MONDAY)
    assert isinstance(code, LinkCode)
    seen = await links.look(tx, ann, code.code, at=MONDAY)
    assert isinstance(seen, LinkPreview)
    assert (seen.other, seen.username, seen.platform, seen.name, seen.cards_to) == ("Anna", "anna", "discord", "Ann", "telegram")
    assert (seen.promises, seen.groups, [one.consent for one in seen.twice]) == (2, ("Study -1", "Study -2"), [Consent.ALERT])
    assert set(await people.accounts_of(tx, ann.id)) == {"telegram"}


async def test_only_ones_own_accounts_get_cards_and_only_the_latest_link_is_undone(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    joined = await link(tx, ann, anna, at=MONDAY)
    assert await links.prefer(tx, joined, "discord") == Links(
        (await links.view(tx, joined)).accounts, cards_to="discord", fresh=False
    )
    for wrong in ("matrix", "sandbox"):
        with pytest.raises(Refused):
            await links.prefer(tx, joined, wrong)
    with pytest.raises(Refused) as refused:
        await links.unlink(tx, joined, 99, platform="telegram", at=MONDAY)
    assert refused.value.notice == StaleButton(why="over")
    await unlink(tx, await people.get(tx, joined.id), at=MONDAY)
    assert (await people.get(tx, ann.id)).platform == "telegram"  # its cards went to Discord, which is gone
    assert await links.ask_unlink(tx, await people.get(tx, ann.id)) == NotLinked()


async def test_an_offer_of_help_names_an_account_the_author_can_write_to(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    bob = await person(tx, "telegram", "2", "Bob")
    place = await group(tx)
    await join(tx, ann, place, Consent.ALERT)
    made = [await promise(tx, ann, f"read {n}", due_at=MONDAY + CODE_LIVES, place=place) for n in range(2)]
    await links.prefer(tx, await link(tx, ann, anna, at=MONDAY), "discord")
    await alerts.cheer(tx, bob, made[0].id, kind=alerts.HELP, at=MONDAY + CODE_LIVES)
    await people.change_identity(tx, platform="telegram", account="1", reachable=False)
    await alerts.cheer(tx, bob, made[1].id, kind=alerts.HELP, at=MONDAY + CODE_LIVES)
    told = [(row["platform"], row["facts"]["account"]) for row in await queued(tx, kind="HelpOffered")]
    assert told == [("telegram", "2"), ("discord", "")]


async def test_who_can_be_written_to_anywhere_is_not_unreachable(tx: Tx) -> None:
    ann, anna = await person(tx, "telegram", "1", "Ann", plan=CALCULUS), await person(tx, "discord", "7", "Anna")
    joined = await link(tx, ann, anna, at=MONDAY)
    await people.change_identity(tx, platform="telegram", account="1", reachable=False)
    seen = await drafts.begin(tx, joined, None, "read by 30 May", source="s", at=MONDAY)
    assert not seen.unreachable  # type: ignore[union-attr] # it is a preview
    await people.change_identity(tx, platform="discord", account="7", reachable=False)
    seen = await drafts.begin(tx, joined, None, "write by 30 May", source="t", at=MONDAY)
    assert seen.unreachable  # type: ignore[union-attr]
