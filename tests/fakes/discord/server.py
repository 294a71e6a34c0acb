"""The server itself: HTTP in, an operation performed, an answer or a fault out; and the test's handle on all of it."""

import asyncio
import json
import logging
import mimetypes
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.wire_faults import Dropped, Garbage, Hang, Status

from . import spec
from .asking import failed
from .errors import Json, Refused
from .faults import Fault, Faults, TooMany
from .gateway import Gateway
from .groups import Groups
from .people import Group, Person
from .rates import Invalid, RateLimits, too_many
from .reading import read
from .router import BY_TOKEN, Handler, Routes
from .seen import Seen, seen_in
from .state import COMPONENT, Interaction, Request, User
from .wording import plain
from .world import World

log = logging.getLogger(__name__)
API = "/api/v10"
OWN_MISTAKES = (AssertionError, AttributeError, KeyError, TypeError, ValueError)
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
HTML_PAGE = "<html><head><title>Access denied | discord.com used Cloudflare to restrict access</title></head></html>"
LONGEST_BODY = 64 << 20
TOKEN = "ODAwMDAwMDAwMDAwMDAwMDAx.Fake00.for-tests-only-000000000000000000000000"
BOT_ID = 800000000000000001


@dataclass(slots=True)
class Call:
    """One request: `outcome` is "ok", a refusal ("403 50013: …"), a fault's name, or "open" until there is one."""

    method: str
    params: Json
    at: datetime
    body: Any = None
    outcome: str = "open"
    result: Any = None
    defect: bool = False


@dataclass(slots=True)
class Wrong:
    """Something wrong that was no request, such as a privileged intent."""

    words: str
    at: datetime
    method: str = field(default="gateway")

    @property
    def outcome(self) -> str:
        return self.words


class FakeDiscord(Groups):
    """Discord's API and gateway on 127.0.0.1 with people and guilds in it; `async with` starts and stops it."""

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        token: str = TOKEN,
        username: str = "Plan E",
        user_install: bool = True,
        rates: RateLimits | None = None,
        heartbeat: float = 41.25,
        latency: float = 0.0,
        journal: bool = True,
        checks_answers: bool = False,
        port: int = 0,
    ) -> None:
        bot = User(BOT_ID, username, username, is_bot=True)
        super().__init__(World(now, BOT_ID, bot, user_install, users={bot.id: bot}))
        self.token, self.rates, self.latency = token, rates, latency
        self.invalid = Invalid()
        self.journal: list[Call] = []
        self.refusals: list[Call | Wrong] = []
        self.counts: Counter[str] = Counter()
        self.faults = Faults()
        self.url = ""
        self.routes = Routes()
        self._keeps_journal, self._checks_answers, self._port = journal, checks_answers, port
        self._stirred, self._closing = asyncio.Event(), asyncio.Event()
        self.gateway = Gateway(self.world, token, heartbeat=heartbeat, stirred=self._stirred.set, wrong=self._note)
        self.world.tell, self.world.listening, self.world.until = self.gateway.tell, lambda: self.listening, self.until

    # --- the test's side

    def person(
        self, name: str, *, username: str | None = None, language: str | None = "en", installed: bool = False, **_: Any
    ) -> Person:
        """Someone new, who shares no guild with the bot yet."""
        locale = {None: "en-US", "en": "en-US"}.get(language, language or "en-US")
        user = self.world.new_user(name, username=username, locale=locale)
        user.installed = installed
        return Person(self.world, user)

    def dm(self, person: Person) -> list[Seen]:
        """The bot's messages in the DM, oldest first, the ephemeral ones among them."""
        return person.sees()

    def chat(self, group: Group, *, thread: int | None = None) -> list[Seen]:
        """The bot's messages in the channel (or a thread of it) that everyone there sees, oldest first."""
        return seen_in(self.world, self.world.channels[thread or group.id])

    def toasts(self, person: Person) -> list[tuple[str, bool]]:
        """What presses were answered with for the presser alone: text, and False (nothing pops up on Discord)."""
        found = [one for one in self.world.interactions.values() if one.kind == COMPONENT and one.user is person.account]
        answers = [message for one in found for message in (one.original, *one.followups) if message is not None]
        return [(plain(self.world, one), False) for one in answers if one.only_for is person.account and not one.loading]

    def unanswered(self, person: Person) -> list[str]:
        """Commands and presses of that person that the bot has not answered."""
        mine = [one for one in self.world.interactions.values() if one.user is person.account]
        return [one.what for one in mine if not one.answered]

    @property
    def failed_interactions(self) -> list[Interaction]:
        """Those that ended in "The application did not respond": nobody there, or no answer within three seconds."""
        return failed(self.world)

    def commands(self, *, guild: Group | None = None) -> list[Json]:
        """The commands registered last, everywhere or in one guild."""
        return list(self.world.commands.get(guild.guild_id if guild else None, {}).values())

    def calls(self, method: str) -> list[Call]:
        """The journal's entries for one operation, in order."""
        return [one for one in self.journal if one.method == method]

    @property
    def listening(self) -> bool:
        """Whether the bot is connected to the gateway."""
        return bool(self.gateway.connected)

    @property
    def sequence(self) -> int:
        """The number of the last payload of the newest session: what `client.ws.sequence` is when all was heard."""
        return self.gateway.live[-1].seq if self.gateway.live else 0

    async def heard(self, *, within: float = 10.0) -> None:
        """Wait until the bot has taken everything it was told: asks for a heartbeat, which names the last payload.

        discord.py answers at most 110 of these a minute (its own limit for what it sends); compare `sequence` to be free of it.
        """
        if any(one.acknowledged < one.seq for one in self.gateway.connected):
            self.gateway.ask_for_heartbeat()
            await self.until(lambda: all(one.acknowledged >= one.seq for one in self.gateway.connected), within=within)

    def fault(self, method: str, fault: Fault, *, chat: Group | Person | int | None = None, times: int = 1) -> None:
        """Let the next `times` matching calls go wrong; "*" means any operation, "gateway" the connecting to it."""
        number = self.world.dm_with(chat.account).id if isinstance(chat, Person) else chat.id if isinstance(chat, Group) else chat
        self.faults.plan(method, fault, channel_id=number, times=times)

    async def until(self, condition: Callable[[], object], *, within: float = 10.0) -> None:
        """Wait until `condition` holds, looking again at whatever happens; TimeoutError after `within` real seconds."""
        async with asyncio.timeout(within):
            while not condition():
                self._stirred.clear()
                await self._stirred.wait()

    def reconnects(self) -> None:
        """Asks the bot to reconnect (op 7), as Discord does several times a day."""
        self.gateway.ask_to_reconnect()

    def drops_gateway(self, code: int | None = None, *, resumable: bool = True) -> None:
        """Closes the bot's sockets with that code, or cuts them; the sessions are forgotten unless resumable."""
        self.gateway.close(code, ends=not resumable)

    def invalidates_session(self, *, resumable: bool = False) -> None:
        """INVALID_SESSION (op 9)."""
        self.gateway.invalidate(resumable=resumable)

    # --- the bot's side

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LONGEST_BODY)
        app.router.add_get("/gateway{slash:/?}", self._connect)
        app.router.add_get("/resume{slash:/?}", self._connect)
        app.router.add_get("/attachments/{path:.+}", self._download)
        self.add_routes(app)
        app.router.add_route("*", API + "{path:/.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.world.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.url = self.world.url + API
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.set()
        self.gateway.close(1001, ends=True)
        await self._runner.cleanup()

    @property
    def gateway_url(self) -> str:
        """Where the gateway is, as `GET /gateway/bot` tells."""
        return self.world.url.replace("http", "ws", 1) + "/gateway"

    def add_routes(self, app: web.Application) -> None:
        """More addresses beside Discord's; none here."""

    def _note(self, words: str) -> None:
        self.refusals.append(Wrong(words, self.world.now()))

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        match self.faults.take("gateway", None):
            case Status(code):
                return web.Response(status=code)
            case None:
                return await self.gateway.serve(request)
            case _:
                return await self._cut(request)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """One call of the API."""
        if self.invalid.banned(self.world.now()):
            return web.Response(status=429, text=HTML_PAGE, content_type="text/html")
        try:
            made, handler = self.routes.match(request.method, request.match_info["path"])
        except Refused as problem:
            return self._refuse(self._record(f"{request.method} {request.match_info['path']}", {}), problem)
        call = self._record(made.name, made.path)
        try:
            return await self._answer(request, call, made, handler)
        except Refused as problem:
            return self._refuse(call, problem)
        finally:
            self._stirred.set()

    def _record(self, method: str, params: dict[str, str]) -> Call:
        call = Call(method, dict(params), self.world.now())
        self.counts[method] += 1
        if self._keeps_journal:
            self.journal.append(call)
        self._stirred.set()
        return call

    async def _answer(self, request: web.Request, call: Call, made: Request, handler: Handler) -> web.StreamResponse:
        if not made.template.startswith(BY_TOKEN) and request.headers.get("Authorization") != f"Bot {self.token}":
            raise Refused(401, 0, "401: Unauthorized", defect=True)
        await read(request, made)
        call.body = made.body
        if self.latency:
            await asyncio.sleep(self.latency)
        fault = self.faults.take(made.name, self._place(made))
        match fault:
            case TooMany(seconds, scope):
                raise too_many(seconds, scope, {}, defect=False)
            case Dropped() | Status(performed=False):
                return await self._break(request, call, made, fault)
        headers = self.rates.take(made, at=self.world.now()) if self.rates is not None else {}
        try:
            call.result = self._perform(request.method, made, handler)
        except Refused as problem:
            if fault is None:
                problem.headers = headers | problem.headers
                raise
        if fault is not None:
            return await self._break(request, call, made, fault)
        call.outcome = "ok"
        return web.Response(status=204, headers=headers) if call.result is None else _json(call.result, headers=headers)

    def _perform(self, method: str, made: Request, handler: Handler) -> Any:
        """What the operation answers, judged by Discord's description on the way in, and on the way out if asked to."""
        spec.check(method, made)
        try:
            result = self._gateway_bot() if made.name == "get_bot_gateway" else handler(self.world, made)
            if self._checks_answers:
                spec.check_answer(method, made.template, result)
        except OWN_MISTAKES as problem:  # not a 5xx, for discord.py would try that again for half a minute
            log.exception("%s", made.name)
            raise Refused(400, 0, f"the fake's own mistake: {problem!r}", defect=True) from problem
        return result

    def _gateway_bot(self) -> Json:
        starts = {"total": 1000, "remaining": 1000 - self.gateway.identifies, "reset_after": 86_400_000, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": 1, "session_start_limit": starts}

    def _place(self, made: Request) -> int | None:
        """The channel a call is about, by its path or its token."""
        if "channel_id" in made.path:
            return made.id("channel_id")
        asked = self.world.interactions.get(made.id("interaction_id")) if "interaction_id" in made.path else None
        asked = asked or self.world.tokens.get(made.path.get("webhook_token", ""))
        return asked.channel.id if asked else None

    def _refuse(self, call: Call, problem: Refused) -> web.Response:
        call.outcome, call.defect = str(problem), problem.defect
        self.invalid.count(problem, at=self.world.now())
        if problem.defect:
            self.refusals.append(call)
        self._stirred.set()
        return _json(problem.as_json(), status=problem.status, headers=problem.headers)

    async def _break(self, request: web.Request, call: Call, made: Request, fault: Fault) -> web.StreamResponse:
        """Answer as the fault says: something else, nothing, or never; what it was about is marked as unsure."""
        call.outcome = type(fault).__name__.lower()
        if isinstance(call.result, dict) and "timestamp" in call.result:
            self.world.messages[int(call.result["id"])].unsure = True
        if made.name == "create_thread_from_message" and made.id("message_id") in self.world.messages:
            self.world.messages[made.id("message_id")].unsure = True
        if "interaction_id" in made.path and made.id("interaction_id") in self.world.interactions:
            self.world.interactions[made.id("interaction_id")].unsure = True
        match fault:
            case Status(code):
                return web.Response(status=code, text=f"<html><body><h1>{code}</h1></body></html>", content_type="text/html")
            case Garbage():
                return web.Response(text=HTML_PAGE, content_type="text/html")
            case Hang():
                self._stirred.set()
                await self._closing.wait()
        return await self._cut(request)

    async def _cut(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """The CDN: for whoever has the link, while it lasts."""
        kept = self.world.files.get("attachments/" + request.match_info["path"])
        until = int(request.query.get("ex", "0"), 16)
        if kept is None or datetime.fromtimestamp(until, UTC) < self.world.now():
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=kept.content, content_type=mimetypes.guess_type(kept.name)[0] or "application/octet-stream")


def _json(answer: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    body = ENCODE(answer).encode("utf-8", "surrogatepass")
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)
