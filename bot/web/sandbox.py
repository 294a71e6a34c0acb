"""The sandbox's page and what it asks for: news as server-sent events, and acts as small requests."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot.web.guard import Guard

_HERE: Final = Path(__file__).parent
_TEMPLATES: Final = Jinja2Templates(_HERE / "templates")
_MAX_JSON_BYTES: Final = 64 * 1024
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_IMAGES: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
T = TypeVar("T", bound=BaseModel)


class Playground(Protocol):
    """What the page needs of the sandbox (bot/sandbox/visitor.py)."""

    def watch(self, *, code: str, since: int) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """News: what the page that knows the world `code` up to `since` does not know yet, then what happens."""

    async def say(self, chat: str, words: str, *, act: str, reply_to: int | None = None) -> None:
        """Write to a chat."""

    async def press(self, message: int, data: str, *, act: str) -> bool:
        """Press a button; False where there is no such message."""

    async def upload(self, name: str, content: bytes, *, words: str, photo: bool, act: str) -> None:
        """Send a file or a photo."""

    async def locate(self, latitude: float, longitude: float, *, act: str) -> None:
        """Send a location."""

    async def file(self, file_id: str) -> tuple[str, bytes] | None:
        """Something that was sent: name and content."""

    def turn_clock(self, to: str) -> bool:
        """Push, play or pause the clock; False where that cannot be now."""

    def tour(self, step: int) -> bool:
        """Go on to a step of the tour; False where it is not its turn."""

    def fresh(self, code: str) -> bool:
        """Begin anew."""


# --- what the page sends ----------------------------------------------------------------------------------------------
class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


ActId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,32}$")]
Number = Annotated[int, Field(gt=0, lt=1 << 53)]


class _Say(_Body):
    chat: Literal["private", "group"]
    words: Annotated[str, Field(min_length=1, max_length=4096)]
    reply_to: Number | None = None
    id: ActId


class _Press(_Body):
    message: Number
    press: Annotated[str, Field(max_length=64)]
    id: ActId


class _Upload(_Body):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    words: Annotated[str, Field(max_length=1024)] = ""
    photo: Literal["", "1"] = ""
    id: ActId


class _Place(_Body):
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    id: ActId


class _Clock(_Body):
    to: Literal["quarter", "morning", "week", "play", "pause"]


class _Tour(_Body):
    step: Annotated[int, Field(ge=1, le=100)]


class _Fresh(_Body):
    code: Annotated[str, Field(max_length=16)]


class _Refused(Exception):
    """A request that cannot be granted; the words are for whoever sits before the page."""


# --- the routes -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Sandbox:
    """What is served of the sandbox: `password` guards it, where one is set; sizes are the largest that may be sent."""

    playground: Playground
    password: str | None
    file_bytes: int
    photo_bytes: int

    def routes(self) -> list[BaseRoute]:
        """The page under /sandbox, its files under /static, and the way there from the front."""
        guard = [Middleware(Guard, password=self.password)]
        biggest = max(self.file_bytes, self.photo_bytes)
        acts = {"say": self._say, "press": self._press, "location": self._locate, "clock": self._clock, "tour": self._tour}
        acts |= {"fresh": self._fresh}
        return [
            Route("/", _front),
            Mount("/static", _Static(directory=_HERE / "static")),
            Route("/sandbox", _page, middleware=guard),
            Route("/sandbox/events", self._events, middleware=guard),
            Route("/sandbox/files/{file_id}", self._file, middleware=guard),
            Route("/sandbox/file", _act(self._upload), methods=["POST"], middleware=guard, max_body_size=biggest),
            *(
                Route(f"/sandbox/{name}", _act(does), methods=["POST"], middleware=guard, max_body_size=_MAX_JSON_BYTES)
                for name, does in acts.items()
            ),
        ]

    # --- news -----------------------------------------------------------------------------------------------------------
    async def _events(self, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        news = self.playground.watch(
            code=request.query_params.get("world", ""), since=int(since) if since.isascii() and since.isdigit() else 0
        )

        async def lines() -> AsyncIterator[str]:
            async for kind, what in news:
                yield f"event: {kind}\ndata: {json.dumps(what)}\n\n" if kind != "beat" else ": still here\n\n"

        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # nginx: pass it on as it comes
        return StreamingResponse(lines(), media_type="text/event-stream", headers=headers)

    async def _file(self, request: Request) -> Response:
        found = await self.playground.file(request.path_params["file_id"])
        if found is None:
            return JSONResponse({"error": "There is no such file."}, status_code=404)
        _, content = found
        kind = _image_kind(content)
        headers = {
            **_HEADERS,
            "Content-Disposition": "inline" if kind else "attachment",
            "Cache-Control": "private, max-age=86400",
        }
        return Response(content, media_type=kind or "application/octet-stream", headers=headers)

    # --- acts -----------------------------------------------------------------------------------------------------------
    async def _say(self, request: Request) -> None:
        said = await _read(request, _Say)
        if not said.words.strip():
            raise _Refused("There are no words in it.")
        await self.playground.say(said.chat, said.words, act=said.id, reply_to=said.reply_to)

    async def _press(self, request: Request) -> None:
        pressed = await _read(request, _Press)
        if not await self.playground.press(pressed.message, pressed.press, act=pressed.id):
            raise _Refused("That message is not here any more.")

    async def _upload(self, request: Request) -> None:
        given = request.query_params
        sent = _given(_Upload, {name: given[name] for name in ("name", "words", "id", "photo") if name in given})
        content = await request.body()
        photo = sent.photo == "1"
        if not content or len(content) > (self.photo_bytes if photo else self.file_bytes):
            raise _Refused("An empty file says nothing." if not content else "That file is too large.")
        if photo and _image_kind(content) is None:
            raise _Refused("That is no picture that a browser can show.")
        await self.playground.upload(sent.name, content, words=sent.words, photo=photo, act=sent.id)

    async def _locate(self, request: Request) -> None:
        place = await _read(request, _Place)
        await self.playground.locate(place.latitude, place.longitude, act=place.id)

    async def _clock(self, request: Request) -> None:
        if not self.playground.turn_clock((await _read(request, _Clock)).to):
            raise _Refused("The clock is busy; one moment.")

    async def _tour(self, request: Request) -> None:
        self.playground.tour((await _read(request, _Tour)).step)  # out of turn: another tab was quicker

    async def _fresh(self, request: Request) -> None:
        self.playground.fresh((await _read(request, _Fresh)).code)


class _Static(StaticFiles):
    """Files that a browser asks about before it shows an old copy: they change with the program, their names do not."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """A file, or that it has not changed."""
        answer = super().file_response(*args, **kwargs)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


async def _front(_request: Request) -> Response:
    return RedirectResponse("/sandbox")


async def _page(request: Request) -> Response:
    return _TEMPLATES.TemplateResponse(request, "sandbox.html", headers={**_HEADERS, "Cache-Control": "no-store"})


def _act(does: Callable[[Request], Awaitable[None]]) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint: 204 when it is done, 400 with words where it cannot be."""

    async def endpoint(request: Request) -> Response:
        try:
            await does(request)
        except _Refused as refused:
            return JSONResponse({"error": str(refused)}, status_code=400)
        return Response(status_code=204)

    return endpoint


async def _read(request: Request, shape: type[T]) -> T:
    """The request's JSON. Only as application/json: a foreign page's form cannot send that unasked (Fetch, CORS)."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise _Refused("Only JSON is understood here.")
    try:
        return _given(shape, await request.json())
    except (ValueError, RecursionError):
        raise _Refused("That could not be understood.") from None


def _given(shape: type[T], values: Any) -> T:
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        field = ".".join(str(part) for part in error.errors()[0]["loc"]) or "it"
        raise _Refused(f"That could not be understood: {field}.") from None


def _image_kind(content: bytes) -> str | None:
    """The media type of a picture that browsers show, by its first bytes; None for anything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _IMAGES.items() if content.startswith(magic)), None)
