"""Takes secrets out of text before anybody reads it."""

import json
import re
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "[hidden]"
_SHORTEST: Final = 4  # blotting out a shorter secret wherever its letters occur would blot out everything else too
_QUOTE: Final = r"""(?:\\*["'])"""

# What looks like a secret even where we do not know it: a token of another bot, a header, the password in a URL.
_PATTERNS: Final = (
    re.compile(r"(?P<keep>\b(?:bot)?)\d{6,}(?::|%3A)[\w-]{30,}", re.IGNORECASE),
    re.compile(r"(?P<keep>/bot)\d+(?::|%3A)[^/\s\"']+", re.IGNORECASE),
    re.compile(r"(?P<keep>\w://[^\s/:@\"']*:)[^\s/@\"']+(?=@)"),
    re.compile(
        rf"(?P<keep>\b(?:authorization|x-telegram-bot-api-secret-token|secret_token|webhook_secret)\b"
        rf"(?:{_QUOTE}?\s*[:=]|{_QUOTE}\s*,)\s*(?:b?{_QUOTE})?(?:(?:bot|bearer|basic)\s+)?)[^\s\"'\\,}}&]+",
        re.IGNORECASE,
    ),
)


def redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Make the function that hides `secrets`, and whatever looks like one, in a text.

    A secret is found as it is, percent-encoded, and as `repr` or JSON would print it.
    """
    forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
    known = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) or r"(?!)")

    def redact(text: str) -> str:
        text = known.sub(HIDDEN, text)
        for pattern in _PATTERNS:
            text = pattern.sub(rf"\g<keep>{HIDDEN}", text)
        return text

    return redact


def _forms(secret: str) -> set[str]:
    return {
        secret,
        quote(secret, safe=""),
        quote(secret),
        repr(secret)[1:-1],
        repr(secret.encode())[2:-1],
        json.dumps(secret)[1:-1],
    }
