"""What a person reads: Discord's Markdown without its marks, mentions by name, times in words (UTC)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .limits import words
from .state import Message
from .world import World

_ESCAPED = re.compile(r"\\([\\`*_~|>#\-\[\](){}.!+:<@&/])")
_CODE = re.compile(r"```(?:[\w+-]*\n)?(.*?)```|``(.+?)``|`([^`\n]+)`", re.DOTALL)
_AS_IT_IS = re.compile(f"{_ESCAPED.pattern}|{_CODE.pattern}", re.DOTALL)  # whichever begins first
_TIME = re.compile(r"<t:(-?\d+)(?::([tTdDfFRsS]))?>")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(<?https?://[^\s)>]+>?\)")
_BARE = re.compile(r"<(https?://[^\s>]+)>")
_MENTION = re.compile(r"<(@!?|@&|#)(\d+)>")
_COMMAND = re.compile(r"</([^:>]+):\d+>")
_LINE = re.compile(r"^(?:#{1,3} |-# |>>> |> )", re.MULTILINE)
_PAIRS = [re.compile(f"{mark}(?=\\S)(.+?)(?<=\\S){mark}", re.DOTALL) for mark in (r"\*\*", "__", "~~", r"\|\|", r"\*")]
_UNDERLINED = re.compile(r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)", re.DOTALL)
_SPANS = (("year", 365 * 86400), ("month", 30 * 86400), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def plain(world: World, message: Message) -> str:
    """All the words of a message: its text, and then those of its embeds."""
    parts = [message.content, *(text for embed in message.embeds for text in words(embed))]
    return "\n".join(unmarked(world, part, message).strip() for part in parts if part)


def unmarked(world: World, text: str, message: Message) -> str:
    """`text` as it is rendered, without colours."""
    kept: list[str] = []

    def keep(words: str) -> str:
        kept.append(words)
        return f"\ue000{len(kept) - 1}\ue001"

    text = _AS_IT_IS.sub(lambda found: keep(next(one for one in found.groups() if one is not None)), text)
    text = _TIME.sub(lambda found: keep(told(int(found[1]), found[2] or "f", world.now())), text)
    text = _MENTION.sub(lambda found: keep(_name(world, message, found[1], int(found[2]))), text)
    text = _COMMAND.sub(lambda found: keep(f"/{found[1]}"), text)
    text = _BARE.sub(lambda found: keep(found[1]), text)
    text = re.sub(r"(?<!\()https?://[^\s<>)]+", lambda found: keep(found[0]), text)
    text = _LINK.sub(lambda found: found[1], re.sub(r"\((\ue000\d+\ue001)\)", lambda found: _restored(found, kept), text))
    text = _LINE.sub("", text)
    for pair in (*_PAIRS, _UNDERLINED):
        text = pair.sub(r"\1", text)
    while "\ue000" in text:
        text = re.sub("\ue000(\\d+)\ue001", lambda found: kept[int(found[1])], text)
    return text


def _restored(found: re.Match[str], kept: list[str]) -> str:
    words = kept[int(found[1].strip("\ue000\ue001"))]
    return f"({words})" if words.startswith("http") else found[0]


def _name(world: World, message: Message, kind: str, number: int) -> str:
    guild = message.channel.guild
    if kind == "#":
        return f"#{world.channels[number].name}" if number in world.channels else "#deleted-channel"
    if kind == "@&":
        return f"@{guild.roles[number].name}" if guild and number in guild.roles else "@deleted-role"
    if number not in world.users:
        return "@unknown-user"
    member = guild.members.get(number) if guild else None
    return f"@{(member and member.nick) or world.users[number].name}"


def told(unix: int, style: str, now: datetime) -> str:
    """A time stamp as the client would word it for somebody in London in winter."""
    at = datetime.fromtimestamp(unix, UTC)
    long_date = f"{at.day} {at:%B %Y}"
    styles: dict[str, Callable[[], str]] = {
        "t": lambda: f"{at:%H:%M}",
        "T": lambda: f"{at:%H:%M:%S}",
        "d": lambda: f"{at:%d/%m/%Y}",
        "D": lambda: long_date,
        "f": lambda: f"{long_date} {at:%H:%M}",
        "F": lambda: f"{at:%A}, {long_date} {at:%H:%M}",
        "s": lambda: f"{at:%d/%m/%Y, %H:%M}",
        "S": lambda: f"{at:%d/%m/%Y, %H:%M:%S}",
        "R": lambda: _relative(at - now),
    }
    return styles[style]()


def _relative(span: timedelta) -> str:
    seconds = abs(span.total_seconds())
    name, size = next((one for one in _SPANS if seconds >= one[1]), _SPANS[-1])
    count = round(seconds / size)
    words = f"{count} {name}" + ("" if count == 1 else "s")
    return f"{words} ago" if span.total_seconds() < 0 else f"in {words}"
