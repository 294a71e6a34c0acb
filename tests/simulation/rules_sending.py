"""Invariants of what goes in and out: nothing acknowledged is lost, nothing is done or said twice, order, limits, blocks."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Final

from tests.simulation.journal import Act, Call
from tests.simulation.ledger import Ledger, Violation

_SETTLING: Final = timedelta(minutes=30)  # at the end: what was said just now may still be on its way
_HANDLING: Final = timedelta(seconds=1.5)  # from being heard to being worth sending
_LINE: Final = timedelta(minutes=3)
_AGAIN: Final = "Again, in case the first got lost"
_SORRY: Final = "Something broke on my side"
_FIRST: Final = ("A date needs a clock", "Promises in ")  # what has to be known or done before a promise can be made
_IN_FLIGHT: Final = timedelta(seconds=2)


def nothing_lost(ledger: Ledger) -> Iterator[Violation]:
    """What a platform was allowed to forget is on disk, once, under the name of whoever said it."""
    kept = defaultdict(list)
    for note, account in ledger.world.witness.checkins:
        kept[note].append(account)
    for token, act in ledger.tokens.items():
        if act.token[0] != "k" or act.at > ledger.ends - _SETTLING or act.lost:
            continue
        person = ledger.person_of(act)
        rows = kept.get(token, [])
        if not rows and act.confirmed is not None:
            yield Violation("lost", act.at, f"{act.line()} was confirmed and is not on disk", token)
        if len(rows) > 1 and person is not None and len(set(rows)) == 1 and len(rows) > len(person.accounts):
            yield Violation("applied twice", act.at, f"{token} is on disk {len(rows)} times", token)
        if person is not None and any(one not in person.accounts.values() for one in rows):
            yield Violation("foreign", act.at, f"{token} stands under {rows}", token)


def everything_answered(ledger: Ledger) -> Iterator[Violation]:
    """What the bot was given is answered, where the person can be written to."""
    for act in ledger.tokens.values():
        person = ledger.person_of(act)
        if (
            act.token[0] == "c"
            or person is None
            or act.handed is None
            or act.lost
            or act.at > ledger.ends - _SETTLING
            or person.character.blocks
        ):
            continue
        if len(person.accounts) > 1 and not any("One learner from now on" in one.text for one in ledger.private[person.name]):
            continue  # the accounts never became one: whoever speaks from the other one is a stranger
        if not ledger.with_token.get(act.token) and not _in_doubt(ledger, act, act.token) and not _asked_back(ledger, act):
            yield Violation("unanswered", act.at, f"{act.line()} had no answer", act.token)


def _asked_back(ledger: Ledger, act: Act) -> bool:
    """Whether the bot wanted to know something first: it was not given the city, or the joining, by an update that was lost."""
    since = act.handed or act.at
    near = (one for one in ledger.shown if one.chat == act.chat and timedelta() <= one.begun - since < _LINE)
    return any(one.text.startswith(_FIRST) for one in near)


def apologised(ledger: Ledger) -> Iterator[Violation]:
    """Whatever cannot be handled, however often it is tried, is apologised for, and nothing of it is on disk."""
    for act in ledger.tokens.values():
        person = ledger.person_of(act)
        if act.token[0] != "c" or person is None or act.confirmed is None or act.lost or person.character.blocks:
            continue
        later = [one for one in ledger.private[person.name] if one.begun >= act.at and _SORRY in one.text]
        if not later and act.at < ledger.ends - _SETTLING and not _in_doubt(ledger, act, _SORRY):
            yield Violation("no apology", act.at, f"{act.line()} broke, and nobody said so", act.token)


def _in_doubt(ledger: Ledger, act: Act, words: str) -> bool:
    """Whether an answer was sent as often as it may be (in public once, in private twice), and nobody knew whether it arrived."""
    tried = [one for one in ledger.journal.calls if one.begun >= act.at and one.what == "send" and words in one.text]
    doubted = [one for one in tried if one.told in {"uncertain", "frozen", ""}]
    return len(doubted) > 1 or any(not one.private for one in doubted)


def urgent_first(ledger: Ledger) -> Iterator[Violation]:
    """Who asked is answered before a card is taken in hand that was to go out at the same time."""
    for platform in ("telegram", "discord"):
        calls = [one for one in ledger.journal.calls if one.platform == platform and one.private]
        sends = [one for one in calls if one.what == "send"]
        edits = [one for one in calls if one.what == "edit"]
        firsts: dict[str, Call] = {}
        for one in sends:
            firsts.setdefault(one.nonce, one)
        cards = [one for one in firsts.values() if _is_card(one)]
        for act in ledger.tokens.values():
            if act.platform != platform or act.handed is None or act.confirmed is None or not act.private:
                continue
            answer = next(
                (one for one in ledger.with_token.get(act.token, []) if one.what == "send" and one.begun >= act.handed), None
            )
            if answer is None or answer.nonce not in firsts or firsts[answer.nonce] is not answer:
                continue
            between = [one for one in cards if act.confirmed + _HANDLING < one.begun < answer.begun and one.chat != answer.chat]
            if not between:
                continue
            ahead = [(sends, answer.begun), (edits, between[0].begun)]  # an edit that goes first keeps back the answer alone
            own = any(
                one.chat == answer.chat and act.confirmed - _LINE < one.begun <= until and one is not answer
                for several, until in ahead
                for one in several
            )
            troubled = ledger.troubled(act.confirmed - _LINE, answer.begun) and len(between) < 3
            if not own and not troubled and between[0].life == answer.life:
                yield Violation("urgent last", answer.begun, f"{answer.line()} after {between[0].line()}", act.token)


def _is_card(one: Call) -> bool:
    return any(data.startswith(("card.start", "card.answer")) for data in one.presses) and "Logged" not in one.text


def said_once(ledger: Ledger) -> Iterator[Violation]:
    """In public at most once; in private at most twice, the second time only when nobody knew whether the first arrived."""
    for calls in _same(ledger).values():
        arrived = [one for one in calls if one.reached]
        for before, one in pairwise(arrived):
            if not one.private:
                yield Violation("public twice", one.begun, f"{one.line()} came before: {before.line()}", one.text[:20])
            elif _AGAIN not in one.text and not one.text.startswith("(") and one.what == "send":
                yield Violation("private twice", one.begun, f"{one.line()} does not say that it comes again: {before.line()}")
            elif before.told == "ok" and before.life == one.life:
                yield Violation("private twice", one.begun, f"{one.line()} had arrived for certain: {before.line()}")
        if len(arrived) > 2:
            yield Violation("private thrice", arrived[2].begun, arrived[2].line())


def _same(ledger: Ledger) -> dict[tuple[str, ...], list[Call]]:
    """New messages that are one and the same: by the number the bot gives them, on whichever platform."""
    found: dict[tuple[str, ...], list[Call]] = defaultdict(list)
    for one in ledger.journal.calls:
        if one.what == "send" and one.nonce and not one.text.startswith("(the same nonce"):
            found[one.nonce, "private" if one.private else one.chat].append(one)
    return found


def in_order(ledger: Ledger) -> Iterator[Violation]:
    """Answers come in the order of what was asked, per person and place."""
    for name in ledger.acts:
        asked = [one for one in ledger.acts[name] if one.kind == "said" and one.token]
        by_place = defaultdict(list)
        for act in asked:
            until = min((one.at for one in asked if one.at > act.at and one.token == act.token), default=ledger.ends)
            told = ledger.with_token.get(act.token, [])  # what is said when they come back to it is no answer to this
            answers = [one for one in told if one.what == "send" and act.at <= one.begun < until]
            if answers and act.handed is not None and ledger.tokens[act.token] is act:
                by_place[act.platform, act.chat].append((act, answers[0]))
        for pairs in by_place.values():
            for (one, first), (other, second) in pairwise(pairs):
                if first.at and second.at and first.at > second.at and first.chat == second.chat:
                    yield Violation("order", second.at, f"{other.token} was answered before {one.token}", other.token)


def waits_when_asked(ledger: Ledger) -> Iterator[Violation]:
    """After a platform asked for silence, nothing is sent before it is over."""
    for platform in ("telegram", "discord"):
        calls = [one for one in ledger.journal.calls if one.platform == platform and one.what != "toast"]
        waits = [one for one in calls if one.told.startswith("wait ") and one.told_at is not None]
        for wait in waits:
            assert wait.told_at is not None
            until = wait.told_at + timedelta(seconds=float(wait.told.split()[1]) * 0.9)
            soon = [one for one in calls if wait.told_at + timedelta(seconds=0.3) < one.begun < until and one.life == wait.life]
            soon = [one for one in soon if one.skew == wait.skew and not _slept(ledger, wait, one)]
            if soon:
                yield Violation("did not wait", soon[0].begun, f"{soon[0].line()} although {wait.line()}")


def _slept(ledger: Ledger, one: Call, other: Call) -> bool:
    return any(mark.what == "resumed" and one.begun <= mark.at <= other.begun for mark in ledger.journal.marks)


def leaves_the_blocked_alone(ledger: Ledger) -> Iterator[Violation]:
    """A chat in which nobody can be reached is not written to again and again."""
    refused: dict[tuple[str, str, int], Call] = {}
    further: dict[tuple[str, str, int], list[Call]] = defaultdict(list)
    acts = sorted((one.at, one.platform, one.account) for one in ledger.journal.acts)
    for one in ledger.journal.calls:
        key = (one.platform, one.chat, one.life)
        before = refused.get(key)
        if before is not None and before.told_at is not None and one.what == "send" and one.begun > before.told_at + _IN_FLIGHT:
            back = any(before.begun <= at <= one.begun and (p, a) == key[:2] for at, p, a in acts)
            if back:
                refused.pop(key)
                further.pop(key, None)
            else:
                further[key].append(one)
        if one.told == "gone: blocked" and one.private:
            refused.setdefault(key, one)
    for calls in further.values():
        if len(calls) > 2:
            yield Violation("pesters", calls[2].begun, f"{calls[2].line()}: nobody is to be reached there")


def no_defects(ledger: Ledger) -> Iterator[Violation]:
    """The bot itself found nothing wrong with itself, but for what a full disk does."""
    full = any(what == "full" for what, _, _ in ledger.faults)
    for one in ledger.journal.defects:
        if not full and "cursed words" not in one and "update given up" not in one:
            yield Violation("defect", ledger.begins, one)


RULES = (
    nothing_lost,
    everything_answered,
    apologised,
    urgent_first,
    said_once,
    in_order,
    waits_when_asked,
    leaves_the_blocked_alone,
    no_defects,
)
