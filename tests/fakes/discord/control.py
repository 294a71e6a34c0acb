"""The same server steered over HTTP, for benchmarks and kill tests in which it is a process of its own."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from . import faults
from .errors import Json
from .people import Group, Person
from .seen import Seen
from .server import FakeDiscord


class SteeredDiscord(FakeDiscord):
    """`POST /control` acts ({"do": …}), `GET /control/stats` counts; people are known by name and made at first use."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/control", self._control)
        app.router.add_get("/control/stats", self._stats)

    def known(self, name: str) -> Person:
        """The person of that name."""
        if name not in self.people:
            self.people[name] = self.person(name, installed=self.world.user_install)
        return self.people[name]

    async def _control(self, request: web.Request) -> web.Response:
        order: Json = await request.json()
        act = getattr(self, f"do_{order.pop('do', '')}", None)
        if act is None:
            return web.json_response({"error": "unknown act"}, status=400)
        try:
            return web.json_response(act(**order), dumps=_dumps)
        except (AssertionError, KeyError, TypeError, IndexError) as problem:
            return web.json_response({"error": f"{type(problem).__name__}: {problem}"}, status=400)

    async def _stats(self, request: web.Request) -> web.Response:
        """Calls by operation, interactions that failed, and refusals that were the bot's fault."""
        refusals = [f"{one.method}: {one.outcome}" for one in self.refusals]
        counted: Json = {"calls": self.counts, "failed": len(self.failed_interactions), "listening": self.listening}
        return web.json_response(counted | {"refusals": refusals[:100], "refused": len(refusals)})

    def do_says(self, person: str, text: str, group: str | None = None) -> Json:
        return self.known(person).says(text, chat=self.groups[group] if group else None)

    def do_flood(self, text: str, count: int, people: int = 1, prefix: str = "p") -> Json:
        """`count` messages or commands in DM, dealt round `people` persons; `{n}` in the text is the message's number."""
        crowd = [self.known(f"{prefix}{number}") for number in range(people)]
        for number in range(count):
            crowd[number % people].says(text.replace("{n}", str(number)))
        return {"said": count}

    def do_presses(self, person: str, label: str, group: str | None = None, nth: int = -1) -> Json:
        """Presses under the nth message (the last) that has a button so labelled."""
        shown = [one for one in self._shown(person, group) if any(name.startswith(label) for name in one.labels)]
        return self.known(person).presses(shown[nth], label)

    def do_group(self, title: str, members: list[str], rights: dict[str, bool] | None = None) -> Json:
        """A guild with the bot in it, added by the first member."""
        crowd = [self.known(name) for name in members]
        self.groups[title] = self.group(title, members=crowd)
        return self.adds_bot(self.groups[title], by=crowd[0], rights=rights)

    def do_seen(self, person: str, group: str | None = None) -> list[Json]:
        """The bot's messages there, as they stand."""
        return [asdict(one) for one in self._shown(person, group)]

    def do_fault(self, method: str, fault: str, times: int = 1, **details: Any) -> Json:
        """Plan a fault by its class name."""
        self.fault(method, getattr(faults, fault)(**details), times=times)
        return {"planned": times}

    def do_drop(self, code: int | None = None, resumable: bool = True) -> Json:
        """Close the gateway's sockets."""
        self.drops_gateway(code, resumable=resumable)
        return {"dropped": True}

    def do_clock(self, at: str) -> Json:
        """Move the clock: it shows `at` (ISO 8601 with zone) now and runs on from there."""
        real = self.world.now
        shift: timedelta = datetime.fromisoformat(at) - real()
        self.world.now = lambda: real() + shift
        return {"at": self.world.now().isoformat()}

    def _shown(self, person: str, group: str | None) -> list[Seen]:
        return self.known(person).sees(self.groups[group] if group else None)


def _dumps(value: Any) -> str:
    return json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return sorted(value) if isinstance(value, set | frozenset) else repr(value)
