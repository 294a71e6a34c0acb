"""What can go wrong on the wire, planned by a test for the next matching call."""

from dataclasses import dataclass, field

from tests.fakes.wire_faults import Dropped, Garbage, Hang, Lost, Status


@dataclass(frozen=True, slots=True)
class TooMany:
    """Not performed: 429 with `retry_after` seconds."""

    retry_after: int


Fault = Lost | Dropped | Hang | Garbage | Status | TooMany
ANY = "*"


@dataclass(slots=True)
class Planned:
    fault: Fault
    chat_id: int | None
    left: int


@dataclass(slots=True)
class Faults:
    """Faults by method (`"*"` for any), each used up `times` times in the order planned."""

    planned: dict[str, list[Planned]] = field(default_factory=dict)

    def plan(self, method: str, fault: Fault, *, chat_id: int | None, times: int) -> None:
        self.planned.setdefault(method.lower(), []).append(Planned(fault, chat_id, times))

    def take(self, method: str, chat_id: object) -> Fault | None:
        """The fault for this call, counted down; None when nothing is planned."""
        for name in (method, ANY) if self.planned else ():
            for one in self.planned.get(name, ()):
                if one.chat_id in (None, chat_id):
                    self._count_down(name, one)
                    return one.fault
        return None

    def _count_down(self, name: str, one: Planned) -> None:
        one.left -= 1
        if one.left <= 0:
            self.planned[name].remove(one)
            if not self.planned[name]:
                del self.planned[name]
