"""Where a group's posts and digests go, and who may change that, as its administrators choose."""

from datetime import datetime
from typing import Final

from bot.domain.errors import Refused
from bot.domain.notices.groups import ChannelRefused, DigestPlaced, RoleRefused, SetupList
from bot.domain.people import Group
from bot.services import boards, group_setup
from bot.store import groups, outbox, people
from bot.store.database import Tx

NOBODY: Final = ""  # the value of a list in which nothing is chosen


async def post_in(tx: Tx, group: Group, channel: str, rights: dict[str, bool] | None, *, source: str, at: datetime) -> SetupList:
    """Let board, alerts and digests go to a channel of the group's server, where the bot has `rights`; None: it is none of them.

    What was posted stays where it is; the board's place says where it is kept now. Refused (ChannelRefused) where the bot may
    not write, and for the channel of another group that has members; one without any was made by a word said there, and goes.
    """
    if rights is None or group.server is None:
        raise Refused(ChannelRefused("gone"))
    if not rights.get("post"):
        raise Refused(ChannelRefused("rights", channel))
    other = await groups.by_chat(tx, platform=group.platform, chat=channel)
    if other is not None and other.id != group.id:
        if other.topic is not None or await people.members_of(tx, other.id):
            raise Refused(ChannelRefused("taken", channel))
        for shown in ("board", "setup"):
            await outbox.forget_shown(tx, f"{shown}:{other.id}")
        await groups.merge(tx, keep=group.id, drop=other.id)
    moves = channel != group.home
    await groups.change(tx, group.id, topic=None if channel == group.chat else channel, rights=rights)
    changed = await groups.get(tx, group.id)
    if moves:
        await boards.move(tx, changed, source=source, at=at)
    return await group_setup.checklist(tx, changed, at=at)


async def let_role(tx: Tx, group: Group, role: str, *, known: bool, at: datetime) -> SetupList:
    """Let who has a role of the server change the settings, too; NOBODY takes that back. Refused (RoleRefused) for no role of it.

    The role that everybody has is named like the server, and refused.
    """
    if role != NOBODY and (not known or group.server is None):
        raise Refused(RoleRefused("gone"))
    if role != NOBODY and role == group.server:
        raise Refused(RoleRefused("everyone"))
    await groups.change(tx, group.id, admin_role=role or None)
    return await group_setup.checklist(tx, await groups.get(tx, group.id), at=at)


async def digest_here(tx: Tx, group: Group, topic: str | None, *, at: datetime) -> DigestPlaced:
    """Let digests go to the topic in which that was asked for; asked for where other posts go, with them."""
    apart = topic if topic != group.topic else None
    await groups.change(tx, group.id, digest_topic=apart)
    await group_setup.refresh(tx, group, at=at)
    return DigestPlaced(apart=apart is not None)
