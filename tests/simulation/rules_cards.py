"""Invariants of the study day: cards at the right local time and once per date, no more than three messages, the right day."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tests.simulation.days import day_ends, day_of, named, slot_of
from tests.simulation.journal import Act, Call
from tests.simulation.ledger import Ledger, Violation
from tests.simulation.people import Person, weekdays

_WINDOW: Final = timedelta(hours=2)
_MISSED: Final = "counts as missed"
_LEEWAY: Final = timedelta(seconds=60)  # from the moment it is taken in hand to its arrival
_UNDO: Final = timedelta(minutes=10)  # for so long a check-in can be taken back (PRODUCT.md)
_EDGE: Final = timedelta(seconds=2)


def cards_of(ledger: Ledger, person: Person) -> list[tuple[date, Call]]:
    """The morning cards that arrived, but for those that were asked for, with the study day they name."""
    asked = [one.at for one in ledger.acts[person.name] if one.words in {"/today", "pause.back"} or "pause.back" in one.words]
    found = []
    for one in ledger.private[person.name]:
        day = named(one.text, one.begun)
        wanted = any(timedelta() <= one.begun - at < timedelta(hours=3) for at in asked)
        if one.what == "send" and day is not None and not wanted and any(data.startswith("card.start") for data in one.presses):
            found.append((day, one))
    return found


def at_the_right_time(ledger: Ledger) -> Iterator[Violation]:
    """A card comes at its slot on the learner's clock, up to two hours late, and on no day that has none."""
    for person in ledger.world.people:
        for day, card in cards_of(ledger, person):
            zone = ledger.zone(person, card.begun)
            if ledger.moved_house(person, card.begun) or _pushed_out(day, person.wall, zone):
                continue
            late = card.begun - slot_of(day, person.wall, zone)
            early, off = timedelta(seconds=max(0.0, card.skew)), timedelta(seconds=max(0.0, -card.skew))
            if ledger.troubled(card.begun - timedelta(hours=14), card.begun + _LEEWAY):  # its clock may have been set since
                early, off = max(early, timedelta(hours=1)), max(off, timedelta(hours=1))
            elif ledger.fair(card):
                off = timedelta(minutes=2) - _WINDOW
            if not -early - _LEEWAY < late < _WINDOW + off + _LEEWAY or day.weekday() not in weekdays(person.days):
                yield Violation("card time", card.begun, f"a card for {day} {person.wall} {zone}: {card.line()}", person.name)


def _pushed_out(day: date, wall: str, zone: str) -> bool:
    """Whether the clock leaves out a slot in the small hours of this day, or of the one before, and so puts it into the next."""
    days = (day, day - timedelta(days=1))
    return any(slot_of(one, wall, zone) >= day_ends(one, zone) for one in days)


def once_a_date(ledger: Ledger) -> Iterator[Violation]:
    """There is one card per learner and local date; a second one only where nobody knew whether the first arrived."""
    for person in ledger.world.people:
        by_day = defaultdict(list)
        for day, card in cards_of(ledger, person):
            by_day[day].append(card)
        for day, cards in by_day.items():
            doubted = cards[0].told != "ok" or cards[0].life != cards[-1].life
            if len(cards) > (2 if doubted else 1):
                yield Violation("card twice", cards[1].begun, f"{len(cards)} cards for {day}: {cards[1].line()}", person.name)


def three_a_day(ledger: Ledger) -> Iterator[Violation]:
    """At most three private messages a day about studying."""
    for person in ledger.world.people:
        by_day: dict[str, set[str]] = defaultdict(set)
        for one in ledger.private[person.name]:
            about = next((data.split("|")[2] for data in one.presses if data.startswith(("card.answer|", "card.start|"))), None)
            if one.what == "send" and about is not None and not _asked_for(ledger, person, one):
                by_day[about].add(one.nonce)
                if len(by_day[about]) == 4:
                    yield Violation("too many", one.begun, f"a fourth message about {about}: {one.line()}", person.name)


def _asked_for(ledger: Ledger, person: Person, call: Call) -> bool:
    return any(timedelta() <= call.begun - act.at < timedelta(minutes=10) for act in ledger.acts[person.name])


def within_its_day(ledger: Ledger) -> Iterator[Violation]:
    """No reminder of a study day comes when that is over."""
    for person in ledger.world.people:
        for one in ledger.private[person.name]:
            about = next((data.split("|")[2] for data in one.presses if data.startswith("card.answer|")), None)
            if one.what != "send" or about is None or ledger.moved_house(person, one.begun):
                continue
            over = day_ends(date.fromisoformat(about), ledger.zone(person, one.begun))
            if one.begun > over + _LEEWAY + timedelta(seconds=abs(one.skew)):
                yield Violation("window", one.begun, f"a reminder of {about} after its end: {one.line()}", person.name)


def on_the_right_day(ledger: Ledger) -> Iterator[Violation]:
    """A check-in counts for the study day in which it was said, which ends at three in the night."""
    kept = dict(ledger.world.witness.days)
    for token, act in ledger.tokens.items():
        person = ledger.person_of(act)
        if (
            person is None
            or token not in kept
            or ledger.moved_house(person, act.at)
            or abs(_skew(ledger, act).total_seconds()) > 0
        ):
            continue
        meant = day_of(act.at.replace(microsecond=0), ledger.zone(person, act.at))
        if kept[token] != meant.isoformat():
            yield Violation("study day", act.at, f"{act.line()} counts for {kept[token]}, not {meant}", token)


def told_right(ledger: Ledger) -> Iterator[Violation]:
    """What a card says in the end is what became of the day: done where something was logged and stands, missed in silence."""
    for person in ledger.world.people:
        if len(person.accounts) > 1:
            continue
        for day, card in cards_of(ledger, person):
            zone = ledger.zone(person, card.begun)
            begins, over = day_ends(day - timedelta(days=1), zone), day_ends(day, zone)
            if ledger.moved_house(person, card.begun) or over + timedelta(days=2) > ledger.ends:
                continue
            troubled = ledger.troubled(begins, over + _WINDOW)
            looks = [one for one in ledger.private[person.name] if one.ref == card.ref]
            last = looks[-1].text.split("\n", 1)[0]
            said = [one for one in ledger.acts[person.name] if begins <= one.at < over and not one.lost]
            logged = {one.token for one in said if one.kind == "said" and one.token[:1] == "k"}
            undos = [one for one in said if one.words.startswith("checkin.undo")]
            if any(abs(_age(ledger, one) - _UNDO) < _EDGE for one in undos):
                continue  # in time by the press or too late by its arrival: either may be shown
            undone = {one.token for one in undos if _age(ledger, one) < _UNDO}
            taps = [one for one in said if one.words.startswith("card.answer") and one.words.split("|")[2] == day.isoformat()]
            sure = undone & {one.token for one in said if _taken_back(ledger, person, one)}
            studied = bool(logged - undone) or any(one.words.endswith(("|done", "|partly")) for one in taps)
            if "done" in last and not studied and (not troubled or (sure and sure == logged)):
                yield Violation(
                    "told wrong", over, f"{day} of {person.name} is shown as done, and was not: {looks[-1].line()}", person.name
                )
            if _MISSED in looks[-1].text and (logged - undone or taps) and not troubled:
                yield Violation(
                    "told wrong", over, f"{day} of {person.name} is shown as missed, and was not: {looks[-1].line()}", person.name
                )


def silence_just(ledger: Ledger) -> Iterator[Violation]:
    """No day is called silent when word of it was on its way, however long that took to be heard."""
    for token, act in ledger.tokens.items():
        person = ledger.person_of(act)
        if token[0] != "k" or person is None or act.lost or act.handed is None or ledger.moved_house(person, act.at):
            continue
        day = day_of(act.at.replace(microsecond=0), ledger.zone(person, act.at))
        undone = any(one.token == token and one.kind == "pressed" for one in ledger.acts[person.name])
        if undone or _skew(ledger, act):
            continue
        for one in ledger.private[person.name]:
            if _MISSED in one.text and named(one.text, one.begun) == day and one.begun > act.at + _LEEWAY:
                yield Violation("silence unjust", one.begun, f"{act.line()}, and yet {one.line()}", token)
                break


def reminded_in_vain(ledger: Ledger) -> Iterator[Violation]:
    """Who has answered is not reminded any more."""
    for person in ledger.world.people:
        answered: dict[str, Act] = {}
        for act in ledger.acts[person.name]:
            if act.words.startswith("card.answer|") and act.handed is not None and not act.lost and act.token != "meddles":
                about = act.words.split("|")[2]
                if act.handed < day_ends(date.fromisoformat(about), ledger.zone(person, act.at)) - timedelta(hours=1):
                    answered.setdefault(about, act)
            elif act.words.startswith(("checkin.undo", "/timezone")):
                answered.clear()
        for one in ledger.private[person.name]:
            about = next((data.split("|")[2] for data in one.presses if data.startswith("card.answer|")), "")
            first = answered.get(about)
            reminds = one.what == "send" and named(one.text, one.begun) is None
            if first is not None and reminds and not ledger.moved_house(person, one.begun):
                assert first.handed is not None
                if one.begun > first.handed + timedelta(minutes=3) and not ledger.troubled(first.handed, one.begun):
                    yield Violation("reminded", one.begun, f"{first.line()}, and yet {one.line()}", person.name)
                    break


def _taken_back(ledger: Ledger, person: Person, undo: Act) -> bool:
    """Whether the bot said that it took back what this press was about, well before its day ended."""
    told = [one for one in ledger.private[person.name] if one.begun >= undo.at and one.ref == undo.ref]
    return undo.words.startswith("checkin.undo") and any("Taken back" in one.text for one in told)


def _age(ledger: Ledger, undo: Act) -> timedelta:
    """How old a check-in was when its author pressed Undo; too old where nobody knows."""
    said = ledger.tokens.get(undo.token)
    return timedelta.max if said is None else undo.at - said.at


def one_warning_a_day(ledger: Ledger) -> Iterator[Violation]:
    """Promises that are near are named in one message a day."""
    for person in ledger.world.people:
        days: dict[date, Call] = {}
        for one in ledger.private[person.name]:
            if one.what != "send" or "three honest ways out" not in one.text or one.text.startswith("Again"):
                continue
            day = one.begun.astimezone(ZoneInfo(ledger.zone(person, one.begun))).date()
            before = days.setdefault(day, one)
            if before is not one and not ledger.moved_house(person, one.begun) and not ledger.troubled(before.begun, one.begun):
                yield Violation("too many", one.begun, f"a second warning: {one.line()}", person.name)


def _skew(ledger: Ledger, act: Act) -> timedelta:
    wrong = any(what == "clock" and a <= act.at <= b + timedelta(hours=1) for what, a, b in ledger.faults)
    return timedelta(hours=1) if wrong else timedelta()


def cards_come(ledger: Ledger) -> Iterator[Violation]:
    """In fair weather there is a card for every study day, unless the learner is away or was quicker."""
    for person in ledger.world.people:
        got = {named(one.text, one.begun) for one in ledger.private[person.name] if one.what == "send"}  # late, it may say done
        day = ledger.begins.date() + timedelta(days=2)
        while day < ledger.ends.date() - timedelta(days=1):
            zone = ledger.zone(person, slot_of(day, person.wall, person.zone))
            due = slot_of(day, person.wall, zone)
            if day.weekday() in weekdays(person.days) and day not in got and _is_owed(ledger, person, day, due):
                yield Violation("no card", due, f"{person.name} had no card for {day} {person.wall} {zone}", person.name)
            day += timedelta(days=1)


def _is_owed(ledger: Ledger, person: Person, day: date, due: datetime) -> bool:
    """Whether a card must come: nothing else could be the reason that there is none."""
    if (
        person.character.blocks
        or person.character.pauses
        or ledger.moved_house(person, due)
        or not _heard_lately(ledger, person, due)
    ):
        return False
    if ledger.troubled(due - timedelta(hours=26), due + _WINDOW) or _pushed_out(day, person.wall, ledger.zone(person, due)):
        return False
    begun = day_ends(day - timedelta(days=1), ledger.zone(person, due))
    return not any(begun - timedelta(hours=1) <= act.at <= due for act in ledger.acts[person.name])


def _heard_lately(ledger: Ledger, person: Person, at: datetime) -> bool:
    """Whether the person studied within the last four study days, so that no pause has begun by itself, or it has ended."""
    span = timedelta(days=4 * 7 / len(weekdays(person.days)))
    return any(
        timedelta() < at - act.at < span for act in ledger.acts[person.name] if not act.lost and _studied(ledger, person, act)
    )


def _studied(ledger: Ledger, person: Person, act: Act) -> bool:
    """Whether an act is a check-in: a line, or a tap on a card whose study day is not over."""
    if act.words.startswith("card.answer|"):
        return act.at < day_ends(date.fromisoformat(act.words.split("|")[2]), ledger.zone(person, act.at))
    return act.token[:1] == "k" and act.kind == "said"


RULES = (
    at_the_right_time,
    once_a_date,
    three_a_day,
    within_its_day,
    on_the_right_day,
    told_right,
    silence_just,
    reminded_in_vain,
    one_warning_a_day,
    cards_come,
)
