"""What Discord's refusals mean: certainly not sent, perhaps sent, or never to be sent."""

from typing import Final

from discord import HTTPException

from bot.messenger import Gone, NotSent, Uncertain

# Discord's own codes (developer documentation, "JSON error codes"), and what they are to us.
_MEANINGS: Final = {
    10003: "chat_gone",  # unknown channel
    10004: "chat_gone",  # unknown guild
    10008: "message_gone",  # unknown message
    10013: "blocked",  # unknown user
    10015: "too_late",  # unknown webhook: an interaction's token ended
    10062: "too_late",  # unknown interaction: three seconds have passed
    40060: "too_late",  # answered already
    50001: "chat_gone",  # missing access: the bot cannot even see the channel
    50005: "message_gone",  # another author's message
    50006: "malformed",  # an empty message
    50007: "blocked",  # cannot send messages to this user
    50008: "chat_gone",  # no text channel
    50013: "no_rights",
    50027: "too_late",  # invalid webhook token
    50033: "blocked",  # invalid recipient
    50035: "malformed",  # invalid form body
    50083: "no_rights",  # an archived thread
    50278: "blocked",  # no server in common
    160005: "no_rights",  # a locked thread
}
TOO_LATE: Final = 10062
_ANSWERED: Final = 40060
_HAS_THREAD: Final = 160004
_OPENED_TOO_FAST: Final = 40003  # direct messages
_UNASKED_WAIT: Final = 60.0  # seconds after that: Discord does not say for how long


class AskedToWait(Exception):
    """429: nothing was done; `seconds` to wait, for everything the bot does where `everyone`."""

    def __init__(self, seconds: float, *, everyone: bool) -> None:
        super().__init__(f"asked to wait {seconds:g} s")
        self.seconds = seconds
        self.everyone = everyone


class ServerFailed(Exception):
    """5xx: nobody knows whether it was done."""


def meaning(error: HTTPException) -> NotSent | Uncertain | Gone:
    """What a refusal says about the thing sent."""
    if error.code == _OPENED_TOO_FAST:
        return NotSent("opened private chats too fast", retry_after=_UNASKED_WAIT, here=True)
    if error.status >= 500 or (error.code == 0 and error.status not in {401, 403, 404, 405}):
        return Uncertain(f"{error.status} {error.text[:80]}")  # a status, but not in Discord's words: a proxy's
    return Gone(_MEANINGS.get(error.code, "refused"), f"{error.code} {error.text[:150]}")


def opened_before(error: Exception) -> bool:
    """Whether a thread was refused because the message has one: the answer to an earlier try was lost."""
    return isinstance(error.__cause__, HTTPException) and error.__cause__.code == _HAS_THREAD


def answered_before(error: Exception) -> bool:
    """Whether an interaction was refused an answer because it has one: from this process' former life."""
    return isinstance(error.__cause__, HTTPException) and error.__cause__.code == _ANSWERED
