"""What the server says when it refuses: Telegram's words, Telegram's shape."""

from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """A call that Telegram answers with `ok: false`.

    `defect` tells whether the bot is to blame (a malformed request, a limit overrun) or circumstances are
    (blocked, kicked, upgraded, an old button): defects are gathered in `FakeTelegram.refusals`.
    """

    def __init__(self, code: int, description: str, *, defect: bool, parameters: Json | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.defect = defect
        self.parameters = parameters

    def as_json(self) -> Json:
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(text: str, *, defect: bool = True, parameters: Json | None = None) -> Refused:
    """A 400 with Telegram's prefix; the bot's fault unless told otherwise."""
    return Refused(400, f"Bad Request: {text}", defect=defect, parameters=parameters)


def forbidden(text: str) -> Refused:
    """A 403: a circumstance the bot can meet any day, never a defect."""
    return Refused(403, f"Forbidden: {text}", defect=False)


def too_many(seconds: int, *, defect: bool) -> Refused:
    """A 429 that asks to wait `seconds`."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", defect=defect, parameters={"retry_after": seconds})


def conflict(text: str) -> Refused:
    """A 409: two pollers, or a poller beside a webhook."""
    return Refused(409, f"Conflict: {text}", defect=False)
