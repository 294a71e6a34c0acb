"""What can go wrong on the wire, planned by a test for the next matching call."""

from dataclasses import dataclass, field

from tests.fakes.wire_faults import Dropped, Garbage, Hang, Lost, Status


@dataclass(frozen=True, slots=True)
class TooMany:
    """Not performed: 429 with `retry_after` seconds; `scope` is "user", "shared" or "global"."""

    retry_after: float
    scope: str = "user"


Fault = Lost | Dropped | Hang | Garbage | Status | TooMany
ANY = "*"


@dataclass(slots=True)
class Planned:
    fault: Fault
    channel_id: int | None
    left: int


@dataclass(slots=True)
class Faults:
    """Faults by operation (`"*"` for any), each used up `times` times in the order planned."""

    planned: dict[str, list[Planned]] = field(default_factory=dict)

    def plan(self, name: str, fault: Fault, *, channel_id: int | None, times: int) -> None:
        self.planned.setdefault(name, []).append(Planned(fault, channel_id, times))

    def take(self, name: str, channel_id: int | None) -> Fault | None:
        """The fault for this call, counted down; None when nothing is planned."""
        for key in (name, ANY) if self.planned else ():
            for one in self.planned.get(key, ()):
                if one.channel_id in (None, channel_id):
                    self._count_down(key, one)
                    return one.fault
        return None

    def _count_down(self, key: str, one: Planned) -> None:
        one.left -= 1
        if one.left <= 0:
            self.planned[key].remove(one)
            if not self.planned[key]:
                del self.planned[key]
