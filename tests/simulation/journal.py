"""What really happened in a world, as the platforms and the people in it saw it; the model judges by this alone."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Act:
    """Something a person did on a platform. `token`: the word by which what they said is known again.

    `handed`: when the bot was first given it, `confirmed`: when the bot let the platform forget it, `lost`: why it never will be
    given it (the platform keeps nothing for ever).
    """

    number: int
    at: datetime
    platform: str
    account: str
    chat: str
    private: bool
    kind: str  # said, pressed, left, blocked, ...
    words: str = ""
    ref: str = ""
    token: str = ""
    handed: datetime | None = None
    confirmed: datetime | None = None
    lost: str = ""

    def line(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.platform}/{self.account} {self.kind} in {self.chat}: {self.words or self.ref}"


@dataclass(slots=True)
class Call:
    """Something the bot asked of a platform. `reached`: whether it took effect, `at` when; `told`: what the bot heard of it."""

    number: int
    life: int  # which life of the process
    begun: datetime
    platform: str
    what: str  # send, edit, toast, pin, tag
    chat: str
    private: bool
    text: str = ""
    presses: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    nonce: str = ""
    ref: str = ""
    reply_to: str = ""
    skew: float = 0.0  # seconds that the machine's clock was off
    at: datetime | None = None
    reached: bool = False
    told: str = ""
    told_at: datetime | None = None

    def line(self) -> str:
        first = self.text.replace("\n", " / ")
        arrived = f"{self.at:%H:%M:%S}" if self.reached and self.at else "never"
        return (
            f"{self.begun:%Y-%m-%d %H:%M:%S} {self.platform} {self.what} {self.chat} {self.ref} [{self.nonce}] arrived {arrived},"
            f" told {self.told or 'nothing'}: {first} {' '.join(self.presses)}"
        )


@dataclass(slots=True)
class Mark:
    """Something that befell the machine or a platform."""

    number: int
    at: datetime
    what: str
    detail: str = ""

    def line(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} --- {self.what} {self.detail}".rstrip()


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that did not hold."""

    invariant: str
    at: datetime
    what: str
    about: str = ""


@dataclass(slots=True)
class Journal:
    """All of it, in order."""

    acts: list[Act] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    _count: int = 0

    def number(self) -> int:
        self._count += 1
        return self._count

    def mark(self, at: datetime, what: str, detail: str = "") -> None:
        self.marks.append(Mark(self.number(), at, what, detail))

    def everything(self) -> list[Act | Call | Mark]:
        return [*self.acts, *self.calls, *self.marks]

    def lines(self) -> list[tuple[int, str]]:
        """Everything as text, in the order in which it began."""
        return sorted((one.number, one.line()) for one in self.everything())

    def digest(self) -> str:
        """What two runs of one seed have in common."""
        whole = hashlib.sha256()
        for _, line in self.lines():
            whole.update(line.encode())
        return whole.hexdigest()[:16]

    def around(self, at: datetime, *, words: str = "", minutes: int = 90, most: int = 60) -> list[str]:
        """What was going on around an instant, and whatever concerns `words`."""
        near = [
            (one.number, one.line())
            for one in self.everything()
            if (words and words in one.line())
            or abs(((one.begun if isinstance(one, Call) else one.at) - at).total_seconds()) <= minutes * 60
        ]
        return [line for _, line in sorted(near)][-most:]
