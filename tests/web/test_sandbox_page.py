"""What the sandbox's page asks of the server: who is let in, what is understood, and what is refused in words."""

import json
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bot.web.sandbox import Sandbox
from bot.web.server import Health, Site, application

PIXEL = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HERE = "http://127.0.0.1:8080"


class Recorder:
    """A playground that remembers what it was asked, and grants it or not."""

    def __init__(self) -> None:
        self.did: list[tuple[Any, ...]] = []
        self.grants = True
        self.files = {"f1": ("plan.md", b"# Plan"), "p1": ("photo", PIXEL), "h1": ("x.html", b"<script>alert(1)</script>")}

    async def watch(self, *, code: str, since: int) -> AsyncGenerator[tuple[str, dict[str, Any]]]:
        yield "world", {"code": code, "since": since, "words": "line\nbreak"}
        yield "beat", {}
        yield "state", {"now": 1}

    async def say(self, chat: str, words: str, *, act: str, reply_to: int | None = None) -> None:
        self.did.append(("say", chat, words, act, reply_to))

    async def press(self, message: int, data: str, *, act: str) -> bool:
        self.did.append(("press", message, data, act))
        return self.grants

    async def upload(self, name: str, content: bytes, *, words: str, photo: bool, act: str) -> None:
        self.did.append(("upload", name, content, words, photo, act))

    async def locate(self, latitude: float, longitude: float, *, act: str) -> None:
        self.did.append(("locate", latitude, longitude, act))

    async def file(self, file_id: str) -> tuple[str, bytes] | None:
        return self.files.get(file_id)

    def turn_clock(self, to: str) -> bool:
        self.did.append(("clock", to))
        return self.grants

    def tour(self, step: int) -> bool:
        self.did.append(("tour", step))
        return self.grants

    def fresh(self, code: str) -> bool:
        self.did.append(("fresh", code))
        return self.grants


async def health() -> Health:
    return Health(database=True, loops=True, platforms={})


async def nothing() -> None:
    pass


@asynccontextmanager
async def opened(playground: Recorder, *, password: str | None = None, url: str = HERE) -> AsyncIterator[httpx.AsyncClient]:
    site = Site(health, nothing, sandbox=Sandbox(playground, password, file_bytes=100, photo_bytes=200))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application(site)), base_url=url) as client:
        yield client


@pytest.fixture
def ground() -> Recorder:
    return Recorder()


# --- who is let in


async def test_the_front_leads_to_the_page(ground: Recorder) -> None:
    async with opened(ground) as client:
        front = await client.get("/")
        page = await client.get("/sandbox")
        files = [await client.get(f"/static/{name}") for name in ("sandbox.css", "sandbox.js")]
    assert (front.status_code, front.headers["location"]) == (307, "/sandbox")
    assert page.status_code == 200
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert [(one.status_code, one.headers["cache-control"]) for one in files] == [(200, "no-cache")] * 2
    assert files[1].headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "127.8.8.8:1", "[::1]:8080", "LOCALHOST"])
async def test_this_machine_is_let_in_by_its_own_names(ground: Recorder, host: str) -> None:
    async with opened(ground) as client:
        assert (await client.get("/sandbox", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8080", "192.168.0.7", "[::1", "", "127.0.0.1:x@evil"])
async def test_a_foreign_name_that_points_here_is_not_let_in(ground: Recorder, host: str) -> None:
    async with opened(ground) as client:
        for path in ("/sandbox", "/sandbox/events", "/sandbox/files/f1"):
            assert (await client.get(path, headers={"Host": host})).status_code == 421
        assert (await client.post("/sandbox/clock", json={"to": "week"}, headers={"Host": host})).status_code == 421
    assert ground.did == []


FOREIGN = ("http://evil.example", "null", "http://[", "http://127.0.0.1:9")


@pytest.mark.parametrize("headers", [*({"Origin": one} for one in FOREIGN), {"Sec-Fetch-Site": "cross-site"}])
async def test_a_foreign_page_changes_nothing(ground: Recorder, headers: dict[str, str]) -> None:
    async with opened(ground) as client:
        assert (await client.post("/sandbox/clock", json={"to": "week"}, headers=headers)).status_code == 403
        form = await client.post("/sandbox/clock", content=b'{"to": "week"}', headers={"Content-Type": "text/plain"})
        own = await client.post("/sandbox/clock", json={"to": "week"}, headers={"Origin": HERE, "Sec-Fetch-Site": "same-origin"})
    assert (form.status_code, own.status_code) == (400, 204)
    assert ground.did == [("clock", "week")]


async def test_with_a_password_nobody_is_let_in_without_it(ground: Recorder) -> None:
    def basic(name: str, word: str) -> dict[str, str]:
        return {"Authorization": f"Basic {b64encode(f'{name}:{word}'.encode()).decode()}"}

    wrong = [{}, basic("", "guess"), basic("opensesame", ""), {"Authorization": "Basic !!"}, {"Authorization": "Basic /w=="}]
    wrong += [{"Authorization": "Bearer open sesame"}]
    async with opened(ground, password="open sesame: ü", url="https://plan-e.example.org") as client:
        for headers in wrong:
            refused = await client.get("/sandbox", headers=headers)
            assert (refused.status_code, refused.headers["www-authenticate"][:5]) == (401, "Basic")
            assert (await client.post("/sandbox/clock", json={"to": "week"}, headers=headers)).status_code == 401
        assert ground.did == []
        right = basic("anybody", "open sesame: ü")
        assert (await client.get("/sandbox", headers=right)).status_code == 200
        assert (await client.post("/sandbox/clock", json={"to": "week"}, headers=right)).status_code == 204


# --- what is understood


async def test_acts_are_passed_on(ground: Recorder) -> None:
    async with opened(ground) as client:
        answers = [
            await client.post("/sandbox/say", json={"chat": "group", "words": " hi ", "reply_to": 3, "id": "a1"}),
            await client.post("/sandbox/say", json={"chat": "private", "words": "hi", "reply_to": None, "id": "a2"}),
            await client.post("/sandbox/press", json={"message": 7, "press": "card.back|1", "id": "a3"}),
            await client.post("/sandbox/location", json={"latitude": 51.5, "longitude": -0.1, "id": "a4"}),
            await client.post("/sandbox/file?name=plan.md&words=mine&id=a5", content=b"# Plan"),
            await client.post("/sandbox/file?name=me.png&photo=1&id=a6", content=PIXEL),
            await client.post("/sandbox/tour", json={"step": 1}),
            await client.post("/sandbox/fresh", json={"code": "k3x9"}),
        ]
    assert [one.status_code for one in answers] == [204] * 8
    assert ground.did == [
        ("say", "group", " hi ", "a1", 3),
        ("say", "private", "hi", "a2", None),
        ("press", 7, "card.back|1", "a3"),
        ("locate", 51.5, -0.1, "a4"),
        ("upload", "plan.md", b"# Plan", "mine", False, "a5"),
        ("upload", "me.png", PIXEL, "", True, "a6"),
        ("tour", 1),
        ("fresh", "k3x9"),
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("say", {"chat": "elsewhere", "words": "hi", "id": "a"}),
        ("say", {"chat": "group", "words": "", "id": "a"}),
        ("say", {"chat": "group", "words": " \n ", "id": "a"}),
        ("say", {"chat": "group", "words": "x" * 4097, "id": "a"}),
        ("say", {"chat": "group", "words": "hi", "id": "a b"}),
        ("say", {"chat": "group", "words": "hi", "id": "a" * 33}),
        ("say", {"chat": "group", "words": "hi", "id": "a", "who": "nora"}),
        ("say", {"chat": "group", "words": ["hi"], "id": "a"}),
        ("press", {"message": "7", "press": "x", "id": "a"}),
        ("press", {"message": 2**70, "press": "x", "id": "a"}),
        ("press", {"message": 7, "press": "x" * 65, "id": "a"}),
        ("location", {"latitude": 91, "longitude": 0, "id": "a"}),
        ("clock", {"to": "year"}),
        ("tour", {"step": 0}),
        ("fresh", {}),
        ("fresh", []),
        ("fresh", None),
    ],
)
async def test_rubbish_is_refused_in_words_and_changes_nothing(ground: Recorder, path: str, body: Any) -> None:
    async with opened(ground) as client:
        answer = await client.post(f"/sandbox/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert ground.did == []


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 20_000, b'{"to": NaN}'])
async def test_what_is_no_json_is_refused(ground: Recorder, content: bytes) -> None:
    async with opened(ground) as client:
        answer = await client.post("/sandbox/clock", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert ground.did == []


async def test_files_have_their_sizes_and_photos_are_pictures(ground: Recorder) -> None:
    async with opened(ground) as client:
        statuses = [
            (await client.post(f"/sandbox/file?{query}", content=content)).status_code
            for query, content in (
                ("name=a.md&id=a", b""),
                ("name=a.md&id=a", b"x" * 101),
                ("name=a.md&id=a", b"x" * 201),
                ("name=a.png&photo=1&id=a", b"no picture"),
                ("name=a.png&photo=1&id=a", PIXEL + b"x" * 200),
                ("name=&id=a", b"x"),
                ("id=a", b"x"),
                (f"name={'n' * 201}&id=a", b"x"),
            )
        ]
        huge = await client.post("/sandbox/say", content=b" " * 70_000, headers={"Content-Type": "application/json"})
    assert statuses == [400, 400, 413, 400, 413, 400, 400, 400]
    assert huge.status_code == 413
    assert ground.did == []


async def test_what_cannot_be_now_is_said(ground: Recorder) -> None:
    ground.grants = False
    async with opened(ground) as client:
        clock = await client.post("/sandbox/clock", json={"to": "week"})
        press = await client.post("/sandbox/press", json={"message": 7, "press": "x", "id": "a"})
        tour = await client.post("/sandbox/tour", json={"step": 2})
        got = await client.get("/sandbox/clock")
    assert (clock.status_code, press.status_code, tour.status_code, got.status_code) == (400, 400, 204, 405)
    assert "busy" in clock.json()["error"]


# --- what is shown


async def test_files_are_shown_only_where_they_are_pictures(ground: Recorder) -> None:
    async with opened(ground) as client:
        plan, photo, page, none = [await client.get(f"/sandbox/files/{name}") for name in ("f1", "p1", "h1", "..%2fx")]
    assert (plan.headers["content-type"], plan.headers["content-disposition"]) == ("application/octet-stream", "attachment")
    assert (photo.headers["content-type"], photo.headers["content-disposition"]) == ("image/png", "inline")
    assert page.headers["content-type"] == "application/octet-stream"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert none.status_code == 404


async def test_news_come_as_server_sent_events(ground: Recorder) -> None:
    async with opened(ground) as client:
        answer = await client.get("/sandbox/events?world=k3x9&since=17")
        rubbish = await client.get("/sandbox/events?since=-1e9")
    assert answer.headers["content-type"].startswith("text/event-stream")
    world, beat, state, end = answer.text.split("\n\n")
    assert world.startswith("event: world\ndata: ")
    assert json.loads(world.split("data: ")[1]) == {"code": "k3x9", "since": 17, "words": "line\nbreak"}
    assert (beat[:1], state, end) == (":", 'event: state\ndata: {"now": 1}', "")
    assert '"since": 0' in rubbish.text
