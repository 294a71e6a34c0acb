"""The set-up checklist of a group and what its administrators choose."""

from datetime import datetime, time
from typing import Any, Final

from bot.domain.calendar import canonical_zone
from bot.domain.errors import Refused
from bot.domain.notices import Notice
from bot.domain.notices.groups import Setting, SetupChoice, SetupList, ZonePlaces, ZoneWanted
from bot.domain.notices.people import ZoneUnknown
from bot.domain.people import DIGEST_WALLS, WEEKLY, Group, Learner
from bot.services import boards, digests, places, posts
from bot.services.facts import pack
from bot.store import groups, outbox, people
from bot.store.database import Tx
from bot.store.outbox import Act, Lane, Outgoing
from bot.store.people import Dialogue

ZONE_DIALOGUE: Final = "groups.zone"
_TIMES: Final = tuple(f"{wall:%H:%M}" for wall in DIGEST_WALLS)
_HORIZONS: Final = ("0", "1", "2", "3", "5", "7", "10", "14")  # PRODUCT.md, Horizon: a group may set 0 to 14 days
_DIGESTS: Final = ("here", WEEKLY)  # with the other posts, or each in a thread of its own
_QUIET: Final = ("22:00-08:00", "21:00-09:00", "23:00-07:00", "none")
_LONGEST_PLACE: Final = 64  # characters; no place is called anything longer
_RIGHTS: Final = ("post", "pin")


async def checklist(tx: Tx, group: Group, *, at: datetime) -> SetupList:
    """The checklist as it stands."""
    return SetupList(
        group=group.id,
        title=group.title,
        join_code=group.join_code,
        rights=tuple(name for name in _RIGHTS if group.rights.get(name)),
        zone=group.zone,
        digest_weekday=group.digest_weekday,
        digest_wall=group.digest_wall,
        next_digest=digests.next_digest(group, after=at),
        horizon_days=group.horizon_days,
        quiet_start=group.quiet_start,
        quiet_end=group.quiet_end,
        language=group.language,
        members=len(await people.members_of(tx, group.id)),
        topic=group.topic is not None,
        embeds=group.rights.get("embed", True),
        channels=group.server is not None,
        home=group.home,
        threads=group.rights.get("thread", False),
        admin_role=group.admin_role,
        digest=group.digest_topic,
    )


async def load_setup(tx: Tx, facts: dict[str, Any], at: datetime) -> Notice | None:
    """Loader "setup" {group}: the checklist as it stands now."""
    return await checklist(tx, await groups.get(tx, facts["group"]), at=at)


async def put_up(tx: Tx, group: Group, *, source: str, at: datetime) -> None:
    """Post the checklist to the group."""
    key = f"setup:{group.id}:{source}"
    await posts.post(tx, group, "setup", {"group": group.id}, key=key, at=at, lane=Lane.ANSWER, shows=f"setup:{group.id}")


async def refresh(tx: Tx, group: Group, *, at: datetime) -> None:
    """Bring the checklist up to date where it is shown."""
    await posts.refresh(tx, group, "setup", {"group": group.id}, shows=f"setup:{group.id}", at=at)


async def choices(
    tx: Tx, learner: Learner, group: Group, setting: Setting, *, ref: str, at: datetime
) -> SetupChoice | ZoneWanted:
    """What there is to choose for a setting; for the zone a question, in the message `ref`, to which one replies."""
    match setting:
        case Setting.ZONE:
            state = Dialogue(ZONE_DIALOGUE, "city", {"group": group.id}, ref)
            await people.set_dialogue(tx, learner.id, state, at=at)
            return ZoneWanted(group.id)
        case Setting.DAY:
            return SetupChoice(group.id, setting, tuple(str(day) for day in range(7)), str(group.digest_weekday))
        case Setting.TIME:
            return SetupChoice(group.id, setting, _TIMES, f"{group.digest_wall:%H:%M}")
        case Setting.HORIZON:
            return SetupChoice(group.id, setting, _HORIZONS, str(group.horizon_days))
        case Setting.QUIET:
            return SetupChoice(group.id, setting, _QUIET, _quiet(group))
        case Setting.DIGEST:
            return SetupChoice(group.id, setting, _DIGESTS, WEEKLY if group.digest_topic == WEEKLY else "here")


async def choose(tx: Tx, group: Group, setting: Setting, value: str, *, at: datetime) -> SetupList:
    """Set one of the offered values. ValueError for any other: only a forged button carries one."""
    match setting:
        case Setting.DAY if value in set("0123456"):
            await groups.change(tx, group.id, digest_weekday=int(value))
        case Setting.TIME if value in _TIMES:
            await groups.change(tx, group.id, digest_wall=time.fromisoformat(value))
        case Setting.HORIZON if value in _HORIZONS:
            await groups.change(tx, group.id, horizon_days=int(value))
        case Setting.QUIET if value in _QUIET:
            start, _, end = "00:00-00:00".partition("-") if value == "none" else value.partition("-")
            await groups.change(tx, group.id, quiet_start=time.fromisoformat(start), quiet_end=time.fromisoformat(end))
        case Setting.DIGEST if value in _DIGESTS and group.server is not None:
            await groups.change(tx, group.id, digest_topic=WEEKLY if value == WEEKLY else None)
        case Setting.ZONE:
            await _set_zone(tx, group, value)
        case _:
            raise ValueError(f"not on offer: {setting} {value}")
    changed = await groups.get(tx, group.id)
    if setting in {Setting.DAY, Setting.TIME, Setting.ZONE}:
        await digests.schedule(tx, changed, at=at)
    return await checklist(tx, changed, at=at)


async def _set_zone(tx: Tx, group: Group, zone: str) -> None:
    key = canonical_zone(zone)
    if key is None:
        raise Refused(ZoneUnknown(said=zone))
    await groups.change(tx, group.id, zone=key)


def suggest_zone(group_id: int, said: str) -> ZonePlaces | ZoneWanted:
    """The places that may be meant by what was said; where there are none, the question once more."""
    found = places.suggest(said[:_LONGEST_PLACE], limit=5)
    if not found:
        return ZoneWanted(group_id, unknown=said[:_LONGEST_PLACE])
    return ZonePlaces(group_id, said[:_LONGEST_PLACE], tuple((place.name, place.country, place.zone) for place in found))


async def ask_again(tx: Tx, group: Group, notice: ZonePlaces | ZoneWanted, *, ref: str, source: str, at: datetime) -> None:
    """Go on in the message `ref` that was replied to, so that a question and its answer leave one message, not three."""
    kind, facts = pack(notice)
    edit = Outgoing(
        key=f"setup-city:{source}",
        act=Act.EDIT,
        lane=Lane.ANSWER,
        kind=kind,
        facts=facts,
        due_at=at,
        platform=group.platform,
        group_id=group.id,
        ref=ref,
    )
    await outbox.put(tx, [edit], at=at)


async def post_here(tx: Tx, group: Group, topic: str | None, *, source: str, at: datetime) -> Group:
    """Let posts go to the topic in which /setup was typed, the board with them; outside of topics, to the group itself.

    Among channels there is a list to choose from, and /setup moves nothing.
    """
    if group.topic == topic or group.server is not None:
        return group
    await groups.change(tx, group.id, topic=topic)
    moved = await groups.get(tx, group.id)
    await boards.move(tx, moved, source=source, at=at)
    return moved


async def lose_channel(tx: Tx, group: Group, channel: str, *, source: str, at: datetime) -> None:
    """One of a group's two channels is gone: the group goes on in the other, and what the bot may do there is not known yet."""
    if channel == group.topic:
        await groups.change(tx, group.id, topic=None, rights={})
        await boards.put_up_anew(tx, await groups.get(tx, group.id), source=source, at=at)
    else:
        await groups.change(tx, group.id, chat=group.topic, topic=None)
        await outbox.forget_shown(tx, f"setup:{group.id}")
    await refresh(tx, await groups.get(tx, group.id), at=at)


def _quiet(group: Group) -> str:
    if group.quiet_start == group.quiet_end:
        return "none"
    return f"{group.quiet_start:%H:%M}-{group.quiet_end:%H:%M}"
