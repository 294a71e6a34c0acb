"""Invariants of promises and groups: nothing public without its author's word, consent at sending, alerts in time and just."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tests.simulation.days import first_shown
from tests.simulation.journal import Act, Call
from tests.simulation.ledger import Ledger, Violation
from tests.simulation.people import Person

_GRACE: Final = timedelta(hours=2)
_LEEWAY: Final = timedelta(seconds=90)


def confirmed_by_its_author(ledger: Ledger) -> Iterator[Violation]:
    """What is promised is public only after its author pressed Publish, and stands under the author's name on disk."""
    published: dict[str, datetime] = {}
    for act in ledger.journal.acts:
        if act.kind == "pressed" and act.words.startswith("promise.publish") and act.token[:1] == "p":
            published.setdefault(act.token, act.at)
    for token, calls in ledger.with_token.items():
        if token[0] != "p":
            continue
        for one in calls:
            if not one.private and "Not promised yet" not in one.text and "cancel" not in one.text.lower():
                when = published.get(token)
                if when is None or one.begun < when:
                    yield Violation("unconfirmed", one.begun, f"{token} is public without its author's word: {one.line()}", token)
                break
    for token, account in ledger.world.witness.promises:
        said = ledger.tokens.get(token)
        person = ledger.person_of(said) if said is not None else None
        if said is not None and person is not None and account not in person.accounts.values():
            yield Violation("foreign", said.at, f"{token} of {person.name} stands under account {account}", token)


def consent_at_sending(ledger: Ledger) -> Iterator[Violation]:
    """Nobody is named in a group once it is known that they do not want to be, or have left."""
    for person in ledger.world.people:
        spans = list(_withdrawn(ledger, person))
        if not spans:
            continue
        for one in ledger.public:
            if person.name in one.text and not one.reply_to:
                for since, until in spans:
                    if since < one.begun < until:
                        yield Violation(
                            "consent", one.begun, f"{person.name} is named, withdrawn since {since}: {one.line()}", person.name
                        )
                        break


def _withdrawn(ledger: Ledger, person: Person) -> Iterator[tuple[datetime, datetime]]:
    """From when the bot had said that a group sees nothing (or had handled that somebody left) until the next consent."""
    acts = ledger.acts[person.name]
    for act in acts:
        leaves = act.kind == "left" or (act.kind == "pressed" and act.words.startswith("group.leave") and act.token != "meddles")
        hides = act.kind == "pressed" and act.words.startswith("privacy.choose") and act.words.endswith("|private")
        if act.lost or not (leaves or hides):  # pressed in vain, and the person has seen so: no withdrawal
            continue
        known = _acknowledged(ledger, person, act) if hides else _handled(ledger, act)
        again = [
            one.at
            for one in acts
            if one.at > act.at and one.words.startswith("privacy.choose") and not one.words.endswith("private")
        ]
        again += (
            [one.at for one in acts if one.at > act.at and one.words.startswith(("promise.level", "promise.publish"))]
            if hides
            else []
        )
        if known is not None:
            yield known, min(again, default=ledger.ends)


def _acknowledged(ledger: Ledger, person: Person, act: Act) -> datetime | None:
    words = ("sees nothing of you",)
    seen = (one.at for one in ledger.private[person.name] if one.begun >= act.at and any(word in one.text for word in words))
    return next((at for at in seen if at is not None), None)


def _handled(ledger: Ledger, act: Act) -> datetime | None:
    """Two minutes after the bot was given it for good, in a life that lasted so long."""
    if act.confirmed is None:
        return None
    at = act.confirmed + timedelta(minutes=2)
    for since, until in ledger.down:
        if since < at and until > act.confirmed:
            at = until + timedelta(minutes=2)
    return at + timedelta(minutes=30) if ledger.troubled(act.at, at) else at


# --- alerts -----------------------------------------------------------------------------------------------------------
def alerts(ledger: Ledger) -> list[tuple[str, Call]]:
    """Slip alerts of something still open that arrived in a group: the promise, and the message."""
    return [
        (token, one)
        for token, calls in ledger.with_token.items()
        if token[0] == "p"
        for one in calls
        if not one.private and one.what == "send" and "is still open" in one.text and "slip.cheer" in " ".join(one.presses)
    ]


def due_of(ledger: Ledger, token: str) -> datetime | None:
    """When a promise falls due, by the words it was made in; None where it was moved, or its author's clock is not known."""
    act = ledger.tokens.get(token)
    person = ledger.person_of(act) if act is not None else None
    if act is None or person is None or ledger.moved_house(person, act.at):
        return None
    shown = ledger.with_token.get(token, [])
    if any(
        one.words.startswith("promise.moved") and any(one.words in call.presses for call in shown)
        for one in ledger.acts[person.name]
    ):
        return None
    day, *wall = act.words.partition(" by ")[2].split()
    zone = ledger.zone(person, act.at)
    if not wall:
        return first_shown(date.fromisoformat(day) + timedelta(days=1), time(0), zone) - timedelta(seconds=1)
    hours, minutes = map(int, wall[0].split(":"))
    return first_shown(date.fromisoformat(day), time(hours, minutes), zone)


def alert_not_early(ledger: Ledger) -> Iterator[Violation]:
    """An alert comes two hours after the date at the earliest, and later by as much as the bot was deaf before it."""
    for token, alert in alerts(ledger):
        due = due_of(ledger, token)
        if due is None:
            continue
        least = due + _GRACE + ledger.deaf_before(due) - timedelta(minutes=1)
        wrong = any(what == "clock" and a < alert.begun and b > due - timedelta(hours=14) for what, a, b in ledger.faults)
        if alert.begun < least - (timedelta(hours=2) if wrong else timedelta()):
            yield Violation(
                "alert early", alert.begun, f"{token} was due {due}, deaf {ledger.deaf_before(due)}: {alert.line()}", token
            )


def alert_just(ledger: Ledger) -> Iterator[Violation]:
    """No alert about what was said to be done in time, be it that the bot had not got round to hearing it."""
    done = defaultdict(list)
    for act in ledger.journal.acts:
        if act.kind == "said" and act.words.startswith("/done p") and not act.lost:
            done[act.token].append(act)
    for token, alert in alerts(ledger):
        due = due_of(ledger, token)
        for act in done[token]:
            if due is not None and act.at <= due + _GRACE - timedelta(seconds=5) and alert.begun > act.at + timedelta(seconds=10):
                yield Violation("alert unjust", alert.begun, f"{act.line()}, and yet {alert.line()}", token)


def alert_by_day(ledger: Ledger) -> Iterator[Violation]:
    """In fair weather an alert waits for the end of the group's quiet hours."""
    for token, alert in alerts(ledger):
        room = next((room for _, room in ledger.world.rooms if room.chat == alert.chat), None)
        if room is None or ledger.troubled(alert.begun - timedelta(hours=12), alert.begun):
            continue
        hour = alert.begun.astimezone(ZoneInfo(room.zone)).hour
        if not 8 <= hour < 22:
            yield Violation("alert at night", alert.begun, f"at {hour} o'clock in {room.zone}: {alert.line()}", token)


def alerts_once(ledger: Ledger) -> Iterator[Violation]:
    """One alert per slip, whatever it is called inside."""
    seen: dict[tuple[str, str], Call] = {}
    for token, alert in alerts(ledger):
        if "“" + token + "”" not in alert.text.split("\n", 1)[0]:
            continue  # gathered
        due = alert.text.partition("Due ")[2].split("\n", 1)[0]
        before = seen.setdefault((token, due.split(",")[0]), alert)
        if before is not alert:
            yield Violation("public twice", alert.begun, f"{alert.line()} came before: {before.line()}", token)


def alerts_come(ledger: Ledger) -> Iterator[Violation]:
    """Whoever promised with consent to alerts and said no more of it is told of to the group, by the next morning."""
    named = {token for token, _ in alerts(ledger)}
    dues = {token: due_of(ledger, token) for token in ledger.tokens if token[0] == "p"}
    for token, calls in ledger.with_token.items():
        act, due = ledger.tokens.get(token), dues.get(token)
        person = ledger.person_of(act) if act is not None else None
        if act is None or person is None or due is None or token in person.done or token in named:
            continue
        of, morning = person.character, due + timedelta(hours=20)
        if of.flips or of.leaves or of.blocks or of.moves or of.pauses or morning + timedelta(hours=6) > ledger.ends:
            continue
        near = [one for one in person.promises if one != token and _near(dues.get(one), due)]  # one a day, two a week
        post = [one for one in calls if not one.private and "Not promised yet" not in one.text]
        if post and not near and _agreed(ledger, person, act) and not ledger.troubled(due - timedelta(hours=14), morning):
            yield Violation("no alert", due, f"{token} of {person.name} was due {due}, and no alert came", token)


def _near(other: datetime | None, due: datetime) -> bool:
    return other is None or abs(other - due) < timedelta(days=9)


def _agreed(ledger: Ledger, person: Person, act: Act) -> bool:
    """Whether group and promise may have alerts, as far as the person said and the bot confirmed."""
    acts = ledger.acts[person.name]
    levels = [one for one in acts if one.words.startswith("privacy.choose") and not one.lost]
    chosen = [one for one in acts if one.words.startswith("promise.level") and abs(one.at - act.at) < timedelta(hours=1)]
    confirmed = any("hears once when a promise slips" in one.text for one in ledger.private[person.name])
    agreed = bool(levels) and levels[-1].words.endswith("|alert") and confirmed
    return agreed and bool(chosen) and chosen[-1].words.endswith("|alert") and not chosen[-1].lost


def one_board(ledger: Ledger) -> Iterator[Violation]:
    """A group has one board, which is edited; a second one only where the group moved house."""
    seen: dict[str, Call] = {}
    for one in ledger.public:
        if one.what == "send" and one.text.startswith("Board · "):
            before = seen.setdefault(one.chat, one)
            if before is not one:
                yield Violation("public twice", one.begun, f"a second board: {one.line()}", one.chat)


# --- digests ----------------------------------------------------------------------------------------------------------
def digests(ledger: Ledger) -> dict[str, list[Call]]:
    """By room title, the first parts of digests."""
    found: dict[str, list[Call]] = defaultdict(list)
    for one in ledger.public:
        if one.what == "send" and (one.text.startswith("The week · ") or " weeks · " in one.text[:14]):
            found[_title(ledger, one)].append(one)
    return found


def _title(ledger: Ledger, call: Call) -> str:
    return str(ledger.world.servers[call.platform].rooms[call.chat].title)


def digest_in_time(ledger: Ledger) -> Iterator[Violation]:
    """A digest comes on Sunday at 18:00 on the group's clock, up to a day late, and once a week."""
    zones = {room.title: room.zone for _, room in ledger.world.rooms}
    for title, calls in digests(ledger).items():
        weeks = set()
        for one in calls:
            wall = (one.begun + timedelta(seconds=max(1.0, one.skew))).astimezone(ZoneInfo(zones[title]))
            sunday = wall.date() - timedelta(days=(wall.weekday() - 6) % 7)
            due = first_shown(sunday, time(18), zones[title])
            due = due if due <= wall else first_shown(sunday - timedelta(days=7), time(18), zones[title])
            late, off = (
                one.begun - due,
                timedelta(hours=1) if ledger.troubled(one.begun - timedelta(hours=14), one.begun) else timedelta(),
            )
            if late > timedelta(hours=24) + off + _LEEWAY and late < timedelta(days=7) - off - _LEEWAY:
                yield Violation("digest time", one.begun, f"{late} after {due}: {one.line()}", title)
            heading = one.text.split("\n", 1)[0]
            if heading in weeks:
                yield Violation("public twice", one.begun, f"a second digest: {one.line()}", title)
            weeks.add(heading)


def digests_come(ledger: Ledger) -> Iterator[Violation]:
    """In fair weather there is a digest each week in which somebody let the group see them."""
    for platform, room in ledger.world.rooms:
        calls = [one.begun for one in digests(ledger).get(room.title, [])]
        day = ledger.begins.date() + timedelta(days=6 - ledger.begins.weekday())
        day += timedelta(days=7 if day <= ledger.begins.date() + timedelta(days=1) else 0)
        while day < ledger.ends.date() - timedelta(days=1):
            due = first_shown(day, time(18), room.zone)
            fair = not ledger.troubled(due - timedelta(hours=26), due + timedelta(hours=1), platform=platform)
            if (
                fair
                and _somebody(ledger, room.title, due)
                and not any(timedelta(minutes=-2) < at - due < timedelta(hours=24) for at in calls)
            ):
                yield Violation("no digest", due, f"{room.title} had no digest at {due} ({room.zone})", room.title)
            day += timedelta(days=7)


def _somebody(ledger: Ledger, title: str, at: datetime) -> bool:
    """Whether somebody has chosen to be seen in this group, and nothing else since."""
    for person in ledger.world.people:
        room = ledger.world.servers[person.room[0]].rooms[person.room[1]]
        of = person.character
        chosen = [
            one for one in ledger.acts[person.name] if one.words.startswith("privacy.choose") and one.at < at and not one.lost
        ]
        if room.title == title and not of.leaves and not of.flips and chosen and not chosen[-1].words.endswith("|private"):
            return True
    return False


RULES = (
    confirmed_by_its_author,
    consent_at_sending,
    alert_not_early,
    alert_just,
    alert_by_day,
    alerts_once,
    alerts_come,
    one_board,
    digest_in_time,
    digests_come,
)
