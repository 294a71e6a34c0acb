"""What only the moment, or the disk, can tell: that what the bot says it has is there when it says so, and in the end."""

from dataclasses import dataclass, field

from tests.simulation.clock import WorldClock
from tests.simulation.database import Disk
from tests.simulation.journal import Call, Violation


@dataclass(slots=True)
class Witness:
    """Looks at the disk when an acknowledgement arrives, and at the end of the world."""

    disk: Disk
    clock: WorldClock
    seen: list[Violation] = field(default_factory=list)
    checkins: list[tuple[str, str]] = field(default_factory=list)  # in the end: a note, and an account of whose it is
    days: list[tuple[str, str]] = field(default_factory=list)  # a note, and the study day it counts for
    promises: list[tuple[str, str]] = field(default_factory=list)  # a text, and an account of whose it is

    def arrived(self, call: Call) -> None:
        """An echo with Undo, or a preview, tells of what is on disk."""
        presses = " ".join(call.presses)
        for word in call.text.split():
            told = len(word) == 7 and word.endswith("x")
            if told and word[0] == "k" and "checkin.undo" in presses:
                self._look(call, word, "SELECT 1 FROM checkins WHERE note = ?")
            elif told and word[0] == "p" and "promise.publish" in presses:
                self._look(call, word, "SELECT 1 FROM commitments WHERE text = ?")

    def _look(self, call: Call, word: str, query: str) -> None:
        if not self.disk.rows(query, word):
            self.seen.append(Violation("acknowledged", self.clock.true(), f"{word} is not on disk: {call.line()}", word))

    def look_back(self) -> None:
        """Keep what is on disk in the end."""
        self.checkins = self.disk.rows(
            "SELECT note, account FROM checkins JOIN identities USING (learner_id) WHERE note != '' ORDER BY checkins.id"
        )
        self.days = self.disk.rows("SELECT note, day FROM checkins WHERE note != ''")
        self.promises = self.disk.rows("SELECT text, account FROM commitments JOIN identities USING (learner_id)")
