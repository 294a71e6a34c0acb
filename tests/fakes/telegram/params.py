"""The parameters of one call, from a query string, a form, a multipart body or JSON."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from .errors import Json, bad_request

PLAIN = {"text", "caption", "callback_query_id", "description", "short_description", "tag", "url", "secret_token", "file_id"}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in the request."""

    name: str
    content: bytes


@dataclass(slots=True)
class Params:
    """Values by name (nested JSON already decoded) and the uploaded files by field."""

    values: Json = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def integer(self, name: str, default: int = 0) -> int:
        value = self.values.get(name, default)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad_request(f"invalid {name} specified") from None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "yes", "1")

    def upload(self, name: str) -> Upload | None:
        """The file in field `name`, sent in place or as `attach://field`."""
        value = self.values.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            return self.attached(value)
        return self.files.get(name)

    def attached(self, reference: str) -> Upload | None:
        return self.files.get(reference.removeprefix("attach://"))

    def names(self) -> set[str]:
        return self.values.keys() | self.files.keys()

    def attachments(self) -> set[str]:
        """Fields that carry files for other parameters."""
        pointed = json.dumps(list(self.values.values()), default=str)
        return {name for name in self.files if f"attach://{name}" in pointed}


async def read(request: web.Request) -> Params:
    """Everything the request says, however it says it; raises `Refused` on a body that is not what it claims."""
    params = Params({name: _decoded(name, value) for name, value in request.query.items()})
    kind = request.content_type
    if request.method == "GET":
        return params
    if kind == "application/json":
        params.values |= _from_json(await request.read())
    elif kind == "multipart/form-data":
        await _read_parts(request, params)
    else:
        pairs = parse_qsl((await request.read()).decode(), keep_blank_values=True)
        params.values |= {name: _decoded(name, value) for name, value in pairs}
    return params


def _from_json(body: bytes) -> Json:
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("object expected as request parameters")
    return {name: _decoded(name, value) for name, value in values.items() if value is not None}


async def _read_parts(request: web.Request, params: Params) -> None:
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            params.files[name] = Upload(value.filename, value.file.read())
        elif isinstance(value, str):
            params.values[name] = _decoded(name, value)


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str) or name in PLAIN:
        return value
    if value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdigit() else value
