"""Who may use the sandbox: this machine's browser, and nobody else's pages in it; from outside whoever knows the password."""

import base64
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.config import is_loopback

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Guard:
    """Middleware. With a password it is asked for (HTTP Basic, RFC 7617; the name does not matter).

    Without one only requests addressed to this machine by a name of its own are let in: a foreign page that points its own
    name here (DNS rebinding) is not. Requests that change something must come from a page of ours.
    """

    app: ASGIApp
    password: str | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        refusal = self._refusal(Headers(scope=scope), scope["method"]) if scope["type"] == "http" else None
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, headers: Headers, method: str) -> Response | None:
        if self.password is None and not is_loopback(_host(headers.get("host", ""))):
            return PlainTextResponse(
                "Open this page by the address of this machine: http://127.0.0.1 and the port.", status_code=421
            )
        if self.password is not None and not _knows(headers.get("authorization", ""), self.password):
            challenge = {"WWW-Authenticate": 'Basic realm="Plan E sandbox", charset="UTF-8"'}
            return PlainTextResponse("The sandbox's password is needed.", status_code=401, headers=challenge)
        if method not in _SAFE and not _from_our_page(headers):
            return JSONResponse({"error": "That did not come from the sandbox's own page."}, status_code=403)
        return None


def _host(header: str) -> str:
    """The host in a Host header or an origin's address; empty where it is no such thing."""
    try:
        return (urlsplit(f"//{header}").hostname or "").casefold()
    except ValueError:
        return ""


def _knows(header: str, password: str) -> bool:
    scheme, _, given = header.partition(" ")
    try:
        _, _, word = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return False
    return scheme.casefold() == "basic" and hmac.compare_digest(word.encode(), password.encode())


def _from_our_page(headers: Headers) -> bool:
    """Browsers name the page's origin with every request that may change something, and say whether it is another site's."""
    origin = headers.get("origin")
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    return origin is None or origin.partition("://")[2].casefold() == headers.get("host", "").casefold()
