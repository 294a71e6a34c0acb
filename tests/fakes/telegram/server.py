"""The server itself: HTTP in, a method called, an answer or a fault out; and the test's handle on all of it."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.wire_faults import Dropped, Garbage, Hang, Lost, Status

from . import chats, media, messages, spec
from .errors import Json, Refused, bad_request, too_many
from .faults import Fault, Faults, TooMany
from .groups import Groups
from .params import Params, read
from .people import Group, Person
from .rates import RateLimits
from .seen import Seen, seen_in
from .state import Account, World
from .updates import Updates

Method = Callable[[World, Params], Any]
METHODS: dict[str, Method] = {
    one.__name__.replace("_", ""): one
    for one in (
        messages.send_message, messages.edit_message_text, messages.edit_message_caption, messages.edit_message_reply_markup,
        messages.delete_message, messages.pin_chat_message, messages.unpin_chat_message, messages.answer_callback_query,
        messages.set_message_reaction, messages.send_chat_action, media.send_photo, media.send_document, media.edit_message_media,
        media.get_file, chats.get_me, chats.get_chat, chats.get_chat_member, chats.get_chat_administrators,
        chats.set_chat_member_tag, chats.leave_chat, chats.set_my_commands, chats.get_my_commands, chats.delete_my_commands,
        chats.set_my_description, chats.set_my_short_description, chats.set_webhook, chats.delete_webhook, chats.get_webhook_info,
    )
}  # fmt: skip
LIMITED = ("send", "edit")
ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
HTML_PAGE = "<html><head><title>Welcome to nginx!</title></head><body></body></html>"
LONGEST_BODY = 64 << 20
TOKEN = "7000000001:AAF-fake-token-for-tests-only-000000000"


@dataclass(slots=True)
class Call:
    """One request: `outcome` is "ok", a refusal ("400 Bad Request: …"), a fault's name, or "open" until there is one."""

    method: str
    params: Json
    at: datetime
    outcome: str = "open"
    result: Any = None
    defect: bool = False


class FakeTelegram(Groups):
    """A Bot API server on 127.0.0.1 with people and groups in it; `async with` starts and stops it."""

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        token: str = TOKEN,
        username: str = "plan_e_bot",
        privacy: bool = True,
        rates: RateLimits | None = None,
        latency: float = 0.0,
        journal: bool = True,
        port: int = 0,
    ) -> None:
        bot = Account(int(token.partition(":")[0]), "Plan E", username=username, is_bot=True)
        super().__init__(World(now, bot, Updates(now), privacy, accounts={bot.id: bot}))
        self.token, self.rates, self.latency = token, rates, latency
        self.journal: list[Call] = []
        self.refusals: list[Call] = []
        self.counts: Counter[str] = Counter()
        self.faults = Faults()
        self.url = ""
        self._keeps_journal, self._port = journal, port
        self._stirred, self._closing = asyncio.Event(), asyncio.Event()
        self.world.updates.taken = self._stirred.set

    # --- the test's side

    def person(
        self, first_name: str, *, username: str | None = None, last_name: str | None = None, language: str | None = "en"
    ) -> Person:
        """Someone new, who has not started the bot yet."""
        return Person(self.world, self.world.new_account(first_name, last_name=last_name, username=username, language=language))

    def dm(self, person: Person) -> list[Seen]:
        """The bot's messages in the private chat, oldest first."""
        return seen_in(self.world, person.id)

    def chat(self, group: Group) -> list[Seen]:
        """The bot's messages in the group, oldest first."""
        return seen_in(self.world, group.id)

    def toasts(self, person: Person) -> list[tuple[str, bool]]:
        """What answers to presses showed: text, and whether as an alert."""
        return list(self.world.toasts.get(person.id, []))

    def unanswered(self, person: Person) -> list[str]:
        """Ids of presses the bot has not answered."""
        return [one.id for one in self.world.queries.values() if one.account is person.account and not one.answered]

    def commands(self, *, scope: Json | None = None, language: str = "") -> list[Json]:
        """The commands last set for that scope (the default one) and language."""
        return self.world.commands.get((json.dumps(scope or {"type": "default"}, sort_keys=True), language), [])

    def calls(self, method: str) -> list[Call]:
        """The journal's entries for one method, in order."""
        return [one for one in self.journal if one.method.lower() == method.lower()]

    @property
    def pending(self) -> int:
        """Updates the bot has not confirmed."""
        return len(self.world.updates.waiting)

    @property
    def listening(self) -> bool:
        """Whether a `getUpdates` is held open just now: the bot has confirmed all it got and waits."""
        return self.world.updates.polled

    def fault(self, method: str, fault: Fault, *, chat: Group | Person | int | None = None, times: int = 1) -> None:
        """Let the next `times` matching calls go wrong; "*" means any method."""
        chat_id = chat if isinstance(chat, int) or chat is None else chat.id
        self.faults.plan(method, fault, chat_id=chat_id, times=times)

    async def until(self, condition: Callable[[], object], *, within: float = 10.0) -> None:
        """Wait until `condition` holds, looking again at every call; TimeoutError after `within` real seconds."""
        async with asyncio.timeout(within):
            while not condition():
                self._stirred.clear()
                await self._stirred.wait()

    # --- the bot's side

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LONGEST_BODY)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self.add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.url = site.name if self._port else f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        # Not a TaskGroup: fixtures may enter and leave in different tasks.
        self._delivery = asyncio.get_running_loop().create_task(self.world.updates.deliver())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.set()
        self.world.updates.close()
        self._delivery.cancel()
        with suppress(asyncio.CancelledError):
            await self._delivery
        await self._runner.cleanup()

    def add_routes(self, app: web.Application) -> None:
        """More addresses beside the Bot API's; none here."""

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if request.match_info["token"] != self.token:
            return self._refuse(self._record(method, Params()), Refused(401, "Unauthorized", defect=True))
        try:
            params = await read(request)
        except Refused as refused:
            return self._refuse(self._record(method, Params()), refused)
        call = self._record(method, params)
        fault = self.faults.take(method.lower(), params.values.get("chat_id"))
        try:
            return await self._answer(request, call, params, fault)
        finally:
            self._stirred.set()

    def _record(self, method: str, params: Params) -> Call:
        call = Call(method, params.values | {name: one.name for name, one in params.files.items()}, self.world.now())
        self.counts[method.lower()] += 1
        if self._keeps_journal:
            self.journal.append(call)
        self._stirred.set()
        return call

    async def _answer(self, request: web.Request, call: Call, params: Params, fault: Fault | None) -> web.StreamResponse:
        if self.latency and call.method.lower() != "getupdates":
            await asyncio.sleep(self.latency)
        match fault:
            case TooMany(seconds):
                return self._refuse(call, too_many(seconds, defect=False))
            case Dropped() | Status(performed=False):
                return await self._break(request, call, fault)
        try:
            call.result = await self._perform(call.method.lower(), params)
        except Refused as refused:
            if fault is None:
                return self._refuse(call, refused)
        if fault is not None:
            return await self._break(request, call, fault)
        call.outcome = "ok"
        return _json({"ok": True, "result": call.result})

    async def _perform(self, name: str, params: Params) -> Any:
        spec.check(name, params.names(), attached=params.attachments() if params.files else set())
        if name == "getupdates":
            self.world.updates.subscribe(params.values.get("allowed_updates"))
            wanted = {field: params.integer(field, default) for field, default in (("offset", 0), ("limit", 100))}
            return await self.world.updates.get(**wanted, hold=params.integer("timeout"))
        method = METHODS.get(name)
        if method is None:
            raise Refused(404, "Not Found: method not found", defect=True)
        if self.rates is not None and name.startswith(LIMITED):
            self.rates.take(params.integer("chat_id"), at=self.world.now())
        return method(self.world, params)

    def _refuse(self, call: Call, refused: Refused) -> web.Response:
        call.outcome, call.defect = str(refused), refused.defect
        if refused.defect:
            self.refusals.append(call)
        self._stirred.set()
        return _json(refused.as_json(), status=refused.code)

    async def _break(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        """Answer as the fault says: something else, nothing, or never; the message concerned is marked as unsure."""
        call.outcome = type(fault).__name__.lower()
        if isinstance(call.result, dict) and "message_id" in call.result:
            self.world.chats[call.result["chat"]["id"]].messages[call.result["message_id"]].unsure = True
        match fault:
            case Status(code):
                return web.Response(status=code, text=f"<html><body><h1>{code}</h1></body></html>", content_type="text/html")
            case Garbage():
                return web.Response(text=HTML_PAGE, content_type="text/html")
            case Hang():
                self._stirred.set()
                await self._closing.wait()
            case Lost() | Dropped() | TooMany():
                pass
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        kept = self.world.files.get(request.match_info["path"])
        if request.match_info["token"] != self.token or kept is None:
            return _json(bad_request("file not found").as_json() | {"error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=kept.content, content_type="application/octet-stream")


def _json(answer: Json, *, status: int = 200) -> web.Response:
    return web.Response(body=ENCODE(answer).encode("utf-8", "surrogatepass"), status=status, content_type="application/json")
