"""What `plan-e check` looks at: configuration, database, migrations, token, permissions, clock."""

import json
import os
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp

from bot.clock import Clock
from bot.config import Settings
from bot.proxies import proxy_for
from bot.store import files, migrate
from bot.store.files import UnsafePlace

_SKEW: Final = timedelta(seconds=30)  # beyond this, cards and deadlines come noticeably early or late
_TIME_OUT: Final = aiohttp.ClientTimeout(total=15)
# See and write in channels and threads, open public ones, embed links, attach files, read history, pin messages.
_PERMISSIONS: Final = 1 << 10 | 1 << 11 | 1 << 35 | 1 << 38 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 51
_INVITATION: Final = (
    f"https://discord.com/oauth2/authorize?client_id={{}}&scope=bot+applications.commands&permissions={_PERMISSIONS}"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    fine: bool
    says: str


async def check_up(settings: Settings, clock: Clock) -> list[Finding]:
    """Look at everything, and go on after a failure."""
    return [
        Finding("configuration", fine=True, says="read"),
        *(await _database(settings.database.url) if settings.has_token or not settings.sandbox_enabled else []),
        *await _telegram(settings, clock),
        *await _discord(settings),
        *(await _sandbox(settings) if settings.sandbox_enabled else []),
    ]


async def _sandbox(settings: Settings) -> list[Finding]:
    open_to_all = settings.sandbox_is_public and settings.sandbox.password is None
    says = "would be open to everybody: set [sandbox] password" if open_to_all else f"on port {settings.web.port}, at /sandbox"
    return [*await _database(settings.sandbox.url), Finding("sandbox", fine=not open_to_all, says=says)]


async def _database(url: str) -> list[Finding]:
    findings: list[Finding] = []
    path = files.path_of(url)
    if path is not None:
        try:
            files.refuse_network(path)
        except UnsafePlace as error:
            return [Finding("database file", fine=False, says=str(error))]
        place = path if path.exists() else path.parent
        writable = os.access(place, os.W_OK) if place.exists() else False
        findings.append(Finding("database file", fine=writable, says=f"{path} {'can' if writable else 'cannot'} be written"))
        if not writable:
            return findings
        if files.has_wal_reset_bug():
            says = "this SQLite has the WAL-reset bug: let no second process write this file (fixed in SQLite 3.51.3)"
            findings.append(Finding("SQLite", fine=True, says=says))
        if not path.exists():
            return [*findings, Finding("migrations", fine=True, says="no database yet; run makes it")]
    try:
        found, wanted = await migrate.current(url), migrate.head()
    except Exception as error:  # noqa: BLE001 - whatever the driver raises, the operator wants to read it
        return [*findings, Finding("database", fine=False, says=f"does not answer: {error}")]
    says = f"at revision {found}" if found == wanted else f"at revision {found or 'none'}, expected {wanted}: plan-e migrate"
    return [*findings, Finding("migrations", fine=found == wanted, says=says)]


async def _telegram(settings: Settings, clock: Clock) -> list[Finding]:
    token = settings.telegram.token
    if token is None and settings.sandbox_enabled:
        return [Finding("Telegram", fine=True, says="no token; run opens the sandbox instead")]
    if token is None and settings.has_token:
        return [Finding("Telegram", fine=True, says="off: no token is set")]
    if token is None:
        return [Finding("Telegram", fine=False, says="no token: get one from @BotFather and set [telegram] token")]
    try:
        answer = await _ask(f"{settings.telegram.api_base_url}/bot{token.get_secret_value()}/getMe")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return [Finding("Telegram", fine=False, says=f"cannot be reached: {type(error).__name__}")]
    body = answer.body
    if not isinstance(body, dict) or not isinstance(body.get("result", {}), dict):
        return [Finding("Telegram", fine=False, says="answers, but not as the Bot API does; look at [telegram] api_base_url")]
    if not body.get("ok"):
        return [Finding("Telegram", fine=False, says=f"refuses the token: {body.get('description', answer.status)}")]
    return [
        Finding("Telegram", fine=True, says=f"the bot is @{body.get('result', {}).get('username', '?')}"),
        *_clock(answer, clock),
    ]


async def _discord(settings: Settings) -> list[Finding]:
    token = settings.discord.token
    if token is None:
        return []
    try:
        said = {"Authorization": f"Bot {token.get_secret_value()}"}
        answer = await _ask(f"{settings.discord.api_base_url}/users/@me", headers=said)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return [Finding("Discord", fine=False, says=f"cannot be reached: {type(error).__name__}")]
    body = answer.body
    if answer.status == 401:
        return [Finding("Discord", fine=False, says="refuses the token: take the one from the developer portal, Bot")]
    if not isinstance(body, dict) or "username" not in body:
        return [Finding("Discord", fine=False, says="answers, but not as Discord does; look at [discord] api_base_url")]
    return [
        Finding("Discord", fine=True, says=f"the bot is {body['username']}; to invite it: {_INVITATION.format(body.get('id'))}")
    ]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    date: str | None
    body: Any


async def _ask(url: str, *, headers: dict[str, str] | None = None) -> _Answer:
    """What is answered there, read as JSON. ClientError, OSError or ValueError where nothing is, or nothing that can be read."""
    proxy = proxy_for(url)
    async with (
        aiohttp.ClientSession(timeout=_TIME_OUT) as session,
        session.get(url, headers=headers, proxy=proxy, allow_redirects=False) as answer,
    ):
        return _Answer(answer.status, answer.headers.get("Date"), json.loads(await answer.read()))


def _clock(answer: _Answer, clock: Clock) -> list[Finding]:
    try:
        skew = clock.now() - parsedate_to_datetime(answer.date or "")
    except (ValueError, TypeError):  # no date, none that can be read, or one without a zone
        return []
    fine = abs(skew) <= _SKEW
    says = "agrees with Telegram's" if fine else f"is {skew.total_seconds():.0f} s off Telegram's; set it by NTP"
    return [Finding("clock", fine=fine, says=says)]
