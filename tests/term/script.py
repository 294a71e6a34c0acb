"""What happens once: promises, breaks, journeys, doubts, by week (from 1), weekday and the clock where its learner is."""

from collections.abc import Sequence
from datetime import date, time
from typing import Final

from tests.term.acts import WEEKDAYS, Act, accepts, answers, commits, in_turn, moves_to, presses, says, tells

Entry = tuple[int, str, str, Act]


# --- looking up ---------------------------------------------------------------------------------------------------------
def of(key: str, day: date, first: date) -> Sequence[tuple[time, Act]]:
    """What somebody does that day beside, or instead of, what they always do."""
    there = _place(day, first)
    return [(time.fromisoformat(wall), act) for week, weekday, wall, act in _SCRIPT[key] if (week, weekday) == there]


def is_special(key: str, day: date, first: date) -> bool:
    """Whether the day's habit is left out."""
    return _place(day, first) in _INSTEAD.get(key, set())


def _place(day: date, first: date) -> tuple[int, str]:
    week, weekday = divmod((day - first).days, 7)
    return week + 1, WEEKDAYS[weekday]


def moves(to: str) -> Act:
    """Move the only open promise."""
    return in_turn(says("/commitments"), presses("Move"), says(to), presses("Move it"))


_ILYA: Final[tuple[Entry, ...]] = (
    (1, "mon", "20:30", commits("finish Calculus 1 by end of June")),
    (1, "mon", "20:34", tells("Hello. I have failed plans A, B, C and D. In plan D I did one module in a month. This is E.")),
    (1, "wed", "21:10", says("/checkin 40m trigonometry, badly, but all of it")),
    (1, "sun", "20:00", commits("the next 3 modules by Friday")),
    (2, "tue", "21:30", says("/checkin 1h10 functions, Kline ch. 3 https://example.org/notes/functions")),
    (2, "thu", "20:10", says("/progress")),
    (3, "sun", "19:30", commits("2 modules к пятнице")),
    (4, "wed", "22:20", says("/checkin yesterday 25m limits, half asleep")),
    (4, "fri", "23:10", in_turn(says("/commitments"))),
    (4, "sat", "07:30", presses("Missed", about="is due")),
    (4, "sat", "07:31", says("I watched three lectures about productivity instead. Guess who gave them: me, to myself.")),
    (4, "sat", "10:20", tells("So that was me. The old me would have left the group now.")),
    (5, "tue", "19:00", answers("Done", finish_every=1)),
    (5, "fri", "20:10", in_turn(says("/done product and quotient rules"), presses("Undo"))),
    (
        5,
        "fri",
        "20:20",
        tells("Ticked off a module I had only read about, and took it back. Plan E sees everything, that is the point of it."),
    ),
    (5, "sun", "19:30", commits("the next 2 modules and one page of notes by next Sunday 18:00")),
    (6, "tue", "06:40", says("/pause today")),
    (6, "wed", "20:20", says("/reviews long on")),
    (6, "thu", "21:00", says("/progress")),
    (7, "thu", "20:40", says("/checkin 40m reviewed derivatives of trigonometric functions with Kline")),
    (7, "thu", "20:41", presses("Yes, its review")),
    (7, "mon", "20:00", says("/plan")),
    (7, "mon", "20:02", says("/plan estimate chain rule 45m")),
    (7, "mon", "20:04", says("/plan source chain rule second: 3Blue1Brown, chapter 4")),
    (8, "mon", "20:15", says("/pause 3 Apr to 8 Apr")),
    (8, "mon", "20:16", presses("Set it and say so")),
    (9, "sun", "18:40", tells("Easter at my mother's, in a village without a decent connection. Cards stay here.")),
    (10, "wed", "21:00", says("/checkin 50m on the train, exercises 2.3")),
    (11, "sun", "20:00", says("/commitments")),
    (12, "mon", "20:10", commits("10 hours by end of April", where="private")),
    (12, "sat", "11:00", says("/checkin 2h derivatives, the long ones")),
    (13, "sat", "11:00", says("/checkin 2h30 integrals, the easy ones")),
    (14, "thu", "21:15", says("/progress")),
    (15, "mon", "20:00", commits("2 modules by Sunday", where="private")),
    (16, "sat", "12:00", says("/progress")),
    (16, "sun", "18:30", tells("Sixteen weeks. That is four times longer than plan D, and I said so each time I did not.")),
)

_INGRID: Final[tuple[Entry, ...]] = (
    (1, "mon", "08:00", commits("the next 4 modules by Friday")),
    (1, "mon", "21:00", tells("Good evening, all. Mornings at 06:30 for me, before the house wakes.")),
    (2, "mon", "08:00", commits("the next 3 modules by Wednesday")),
    (3, "mon", "08:00", commits("the next 5 modules by Friday")),
    (2, "sun", "19:10", tells("Fourteen days in a row from Madrid. Chapeau, Mateo.")),
    (3, "tue", "09:30", presses("Cheer", where="group", about="Илья")),
    (4, "sat", "09:10", presses("I’ll help", where="group")),
    (4, "sat", "09:12", tells("Илья, Saturday ten o'clock, half an hour on limits? I have the same chapter behind me.")),
    (5, "mon", "08:00", commits("finish Calculus 1 by end of March")),
    (2, "mon", "21:50", accepts("tomasz")),
    (6, "thu", "20:20", says("/buddy")),
    (11, "fri", "20:20", says("/buddy")),
    (9, "mon", "08:00", commits("the next 4 modules by Friday")),
    (11, "mon", "08:00", says("/pause 20 Apr to 26 Apr")),
    (11, "mon", "08:01", presses("Set it and say so")),
    (13, "mon", "08:00", commits("finish Calculus 2 by end of June")),
    (15, "wed", "20:30", says("/progress")),
)

_MATEO: Final[tuple[Entry, ...]] = (
    (1, "mon", "09:00", commits("finish Data structures by 15 Feb")),
    (1, "mon", "09:02", tells("Two weeks for all of it. I have done marathons.")),
    (2, "fri", "23:10", commits("finish Graphs by end of February")),
    (4, "mon", "09:00", commits("20 modules by 22 March")),
    (5, "wed", "22:40", tells("I may have overdone it a little.")),
    (9, "mon", "12:00", presses("I am back")),
    (9, "mon", "12:20", tells("Back. Half an hour a day, and I am not counting anybody else's.")),
    (9, "mon", "12:30", says("/commitments")),
    (10, "mon", "08:10", commits("2 modules by Friday")),
    (12, "mon", "08:10", commits("2 modules by Friday")),
    (14, "mon", "08:10", commits("3 modules by Friday")),
)

_MISAKI: Final[tuple[Entry, ...]] = (
    (1, "tue", "21:00", commits("finish Lesson 1 by Sunday 20:00")),
    (2, "wed", "05:50", says("/pause today")),
    (2, "thu", "22:10", says("/quiet 20:30-06:00")),
    (3, "mon", "21:00", commits("8 sessions by 1 March")),
    (4, "fri", "04:50", says("/pause today")),
    (6, "sun", "21:00", says("/pause 16 Mar to 22 Mar")),
    (6, "sun", "21:01", presses("Set it and say so")),
    (9, "tue", "21:00", commits("the next 3 modules by end of April")),
    (10, "thu", "05:40", says("/pause today")),
    (13, "wed", "21:00", says("/progress")),
    (14, "sun", "20:00", tells("The little one sleeps through since Thursday. I slept too, and missed two cards. Worth it.")),
)

_ALEXEI: Final[tuple[Entry, ...]] = (
    (1, "wed", "23:00", commits("Основы к концу февраля")),
    (2, "tue", "23:10", says("/plan rename независимость = Независимость, и зависимость")),
    (2, "wed", "23:20", says("/plan add Парадокс Монти Холла (45m) to Основы")),
    (3, "sun", "21:50", presses("Cover less")),
    (3, "sun", "22:00", moves("до 15 марта")),
    (4, "thu", "23:00", says("/plan source условная вероятность second: Ширяев, глава 1")),
    (5, "thu", "23:30", says("/plan move парадокс after пространства")),
    (6, "fri", "20:00", moves("31 марта")),
    (6, "fri", "20:10", tells("Дата сдвинута. The chapter deserves a better set of notes first.")),
    (8, "mon", "22:40", says("/plan drop парадокс")),
    (8, "mon", "22:41", presses("Drop")),
    (9, "tue", "20:00", tells("The notes are at version four. The chapter is at 60 %. I see the pattern, thank you.")),
    (10, "mon", "22:40", commits("одну главу без единой правки by 26 April")),
    (13, "mon", "22:40", commits("Случайные величины через 3 недели")),
)

_PRIYA: Final[tuple[Entry, ...]] = (
    (4, "sat", "16:30", presses("Cheer", where="group", about="productivity")),
    (10, "sun", "19:00", tells("Mateo, two a week is what I do now. It is less, and it is done.")),
    (1, "mon", "21:00", commits("finish Data structures and Graphs by 1 March")),
    (2, "mon", "21:00", commits("6 modules by Friday")),
    (2, "sat", "09:30", presses("Need time", about="is")),
    (3, "tue", "21:00", tells("Lesson: a Friday is nearer than it looks on a Monday.")),
    (3, "mon", "21:10", says("/commitments split 2 finish Data structures / finish Graphs by 29 March")),
    (3, "mon", "21:11", presses("Split it")),
    (3, "mon", "21:20", tells("One promise, cut in two. Now each fits into a month that exists.")),
    (6, "mon", "21:00", commits("2 modules by Friday")),
    (8, "mon", "21:00", commits("2 modules by Friday")),
    (11, "mon", "21:00", commits("2 modules by Friday")),
    (14, "mon", "21:00", commits("3 modules by Friday")),
)

_TOMASZ: Final[tuple[Entry, ...]] = (
    (2, "mon", "21:00", says("/buddy")),
    (2, "mon", "21:01", presses("Invite a buddy")),
    (2, "mon", "22:30", presses("Yes")),
    (3, "mon", "21:00", commits("10 sessions by 8 March")),
    (9, "wed", "20:30", presses("I am back")),
    (12, "mon", "21:00", commits("12 sessions by 17 May")),
)

_CHLOE: Final[tuple[Entry, ...]] = (
    (2, "sat", "13:10", presses("Cheer", where="group", about="Илья")),
    (1, "sun", "13:00", commits("2 modules by end of February")),
    (5, "sat", "13:00", commits("4 sessions by 15 March")),
    (7, "sun", "13:10", says("/checkin 1h20 rewrote all the verbs, cooked from a Greek recipe")),
    (9, "sun", "13:00", tells("Weekends only, still. Nobody died.")),
    (10, "sun", "13:00", commits("the next 4 modules by 17 May")),
    (14, "sun", "13:30", says("/progress")),
)

_OMAR: Final[tuple[Entry, ...]] = (
    (1, "sun", "21:00", commits("finish Notebook 1 by Thursday 20:00")),
    (3, "sat", "12:00", in_turn(says("/timezone New York"), presses("New York City"), moves_to("America/New_York"))),
    (5, "sun", "12:00", commits("2 modules by 22 March")),
    (6, "mon", "20:00", tells("Morning sessions from a Brooklyn kitchen. The card follows me, the excuses do not.")),
    (7, "thu", "20:00", in_turn(says("/timezone Asia/Tokyo"), moves_to("Asia/Tokyo"))),
    (9, "sat", "12:00", in_turn(says("/timezone Asia/Amman"), moves_to("Asia/Amman"))),
    (9, "sat", "12:10", tells("Home. Three zones, one card a day, and my luggage is in a fourth.")),
    (12, "sun", "21:00", commits("2 modules by 14 May")),
)

_ZANELE: Final[tuple[Entry, ...]] = (
    (1, "wed", "20:00", commits("Revenue and Leases by 1 March")),
    (4, "wed", "20:00", commits("6 sessions by 22 March")),
    (8, "wed", "20:00", tells("I have to sit the exam a year later, life happened. Thank you all, I mean it.")),
    (8, "wed", "20:05", says("/leave", where="group")),
    (8, "wed", "20:05", presses("Leave", where="group")),
)

_SCRIPT: Final[dict[str, tuple[Entry, ...]]] = {
    "ilya": _ILYA,
    "ingrid": _INGRID,
    "mateo": _MATEO,
    "misaki": _MISAKI,
    "alexei": _ALEXEI,
    "priya": _PRIYA,
    "tomasz": _TOMASZ,
    "chloe": _CHLOE,
    "omar": _OMAR,
    "zanele": _ZANELE,
}
_INSTEAD: Final[dict[str, set[tuple[int, str]]]] = {
    "ilya": {(6, "tue"), *((4, one) for one in ("wed", "thu", "fri"))},
    "misaki": {(2, "wed"), (4, "fri"), (10, "thu")},
}
