"""Who is speaking and where: the learner and the group behind an event, made on first sight."""

import secrets
from dataclasses import replace
from datetime import datetime

from bot.domain.people import Group, Learner
from bot.store import groups, people, sending
from bot.store.database import Tx
from bot.store.outbox import group_line, private_line

_NAME_LENGTH = 64


async def meet_person(
    tx: Tx, *, platform: str, account: str, name: str, username: str | None, language: str, private: bool, at: datetime
) -> Learner:
    """The learner behind an account; a new one if never seen. A private message proves that they can be written to.

    Whoever has several accounts goes by the name that the one has to which cards go, wherever they speak: a name that followed
    the latest message would change back and forth before every group.
    """
    shown = tidy_name(name)
    found = await people.by_account(tx, platform=platform, account=account)
    if found is None:
        made = await people.add_learner(
            tx, platform=platform, account=account, name=shown, username=username, language=language, at=at
        )
        if private:
            await people.change_identity(tx, platform=platform, account=account, reachable=True)
        return made
    learner, known = found
    reachable = known.reachable or private
    if (known.username, known.reachable) != (username, reachable):
        await people.change_identity(tx, platform=platform, account=account, username=username, reachable=reachable)
    if reachable and not known.reachable:
        await sending.release_line(tx, private_line(learner.id, platform))
    if learner.name != shown and learner.platform == platform:
        await people.change(tx, learner.id, name=shown)
        return await people.get(tx, learner.id)
    return learner


async def meet_group(
    tx: Tx,
    *,
    platform: str,
    chat: str,
    title: str,
    at: datetime,
    rights: dict[str, bool] | None = None,
    server: str | None = None,
) -> Group:
    """The group that lives in a chat; a new one if never seen. A bot that is spoken to is present.

    `rights`: what the bot may do there, for a group of which that is not known yet; `server`: what the chat is a channel of.
    """
    found = await groups.by_chat(tx, platform=platform, chat=chat)
    elsewhere = found is not None and found.chat != chat  # its posts go there; it goes by the name of where people talk
    shown = tidy_name(title)[:128] if title and not elsewhere else found.title if found else "…"
    if found is None:
        code = secrets.token_urlsafe(9)
        found = await groups.add_group(tx, platform=platform, chat=chat, title=shown, language="en", join_code=code, at=at)
    known = found.rights or ((rights or {}) if found.server is None or chat == found.home else {})
    meant = replace(found, active=True, title=shown, rights=known, server=found.server or server)
    if meant != found:
        await groups.change(tx, found.id, active=True, title=meant.title, rights=meant.rights, server=meant.server)
    if not found.active:
        await sending.release_line(tx, group_line(found.id))
    return meant


async def move_group(tx: Tx, group: Group, *, successor: str) -> None:
    """A group goes on in the chat `successor`; where that one was met already, the older row keeps its members."""
    newer = await groups.by_chat(tx, platform=group.platform, chat=successor)
    if newer is not None and newer.id != group.id:
        await groups.merge(tx, keep=group.id, drop=newer.id)
        await groups.change(tx, group.id, rights=newer.rights or group.rights, active=newer.active)
    await groups.change(tx, group.id, chat=successor)


def tidy_name(name: str) -> str:
    """A name fit to be shown beside others: one line, at most 64 characters, nothing that turns the text around it.

    Control and bidirectional formatting characters (Unicode categories Cc, and the Cf ones that reorder) are left out: a name
    ending in RIGHT-TO-LEFT OVERRIDE would mirror the rest of a digest.
    """
    flat = " ".join(name.split())
    clean = "".join(character for character in flat if character.isprintable() or character in "\u200c\u200d").strip()
    return (clean if len(clean) <= _NAME_LENGTH else clean[: _NAME_LENGTH - 1].rstrip() + "…") or "?"
