"""What the server says when it refuses: Discord's codes, words and statuses."""

from typing import Any

Json = dict[str, Any]

CODES: dict[int, tuple[int, str]] = {
    0: (404, "404: Not Found"),
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10014: (400, "Unknown Emoji"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10087: (404, "Unknown tag"),
    30003: (400, "Maximum number of pins reached (250)"),
    30032: (400, "Maximum number of application commands reached (100)"),
    40001: (401, "Unauthorized. Provide a valid token and try again"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50003: (400, "Cannot execute action on a DM channel"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50019: (400, "A message can only be pinned to the channel in which it was sent"),
    50021: (400, "Cannot execute action on a system message"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50033: (400, "Invalid Recipient(s)"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    50278: (403, "Cannot send messages to this user due to having no mutual guilds"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
}
# Not by themselves a mistake of the bot's: any of these can be met on any day, whatever it does.
CIRCUMSTANCES = {10003, 10004, 10007, 10008, 30003, 50001, 50007, 50013, 50083, 50278, 160005}


class Refused(Exception):
    """A call that Discord answers with an error.

    `defect` tells whether the bot is to blame (a malformed request, a second answer, a limit overrun) or
    circumstances are (closed DMs, lost rights, a deleted message): defects are gathered in `FakeDiscord.refusals`.
    """

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        defect: bool,
        errors: Json | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}" + (f" {errors}" if errors else ""))
        self.status = status
        self.code = code
        self.message = message
        self.defect = defect
        self.errors = errors
        self.headers = headers or {}
        self.extra: Json = {}

    def as_json(self) -> Json:
        answer: Json = {"message": self.message, "code": self.code}
        return answer | ({"errors": self.errors} if self.errors else {}) | self.extra


def refused(code: int, *, defect: bool | None = None, message: str | None = None) -> Refused:
    """The refusal with that code, in Discord's words."""
    status, words = CODES[code]
    return Refused(status, code, message or words, defect=code not in CIRCUMSTANCES if defect is None else defect)


Problem = tuple[tuple[str | int, ...], str, str]  # where, Discord's name for it, its words


def invalid(*problems: Problem) -> Refused:
    """50035: the body is not what the documentation asks for; always the bot's fault."""
    errors: Json = {}
    for path, name, words in problems:
        place = errors
        for step in path:
            place = place.setdefault(str(step), {})
        place.setdefault("_errors", []).append({"code": name, "message": words})
    return Refused(400, 50035, "Invalid Form Body", defect=True, errors=errors)


def bad(field: str, words: str, name: str = "BASE_TYPE_INVALID") -> Refused:
    """50035 about one field (`a.0.b`)."""
    return invalid((tuple(field.split(".")) if field else (), name, words))
