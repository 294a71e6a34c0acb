"""The body of a request, taken apart: JSON, or a form with files and `payload_json`."""

import json
from typing import Any

from aiohttp import BodyPartReader, web

from .errors import bad, refused
from .state import Request, Upload


async def read(request: web.Request, made: Request) -> None:
    """Put query, body and files on the request."""
    made.query = dict(request.query)
    kind = request.content_type
    if kind.startswith("multipart/"):
        await _read_form(request, made)
    elif request.can_read_body:
        if kind != "application/json":
            raise bad(
                "", f"Expected \"Content-Type\" header to be one of {{'application/json'}}, not {kind}.", "CONTENT_TYPE_INVALID"
            )
        made.body = _parsed(await request.read())


def _parsed(text: bytes | str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise refused(50109) from None


async def _read_form(request: web.Request, made: Request) -> None:
    made.body = {}
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        name = part.name or ""
        if name == "payload_json":
            made.body = _parsed(await part.text())
        elif name.startswith("files[") and name[6:-1].isdecimal():
            content = bytes(await part.read(decode=False))
            made.files[int(name[6:-1])] = Upload(part.filename or "file", content, part.headers.get("Content-Type", ""))
        else:
            raise bad(name, "files are called files[n], everything else stands in payload_json", "UNKNOWN_FIELD")
