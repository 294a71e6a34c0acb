"""The words of a date phrase, English and Russian: from text to tokens, each with a kind and perhaps a value."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from bot.domain.date_spelled import in_digits

MAX_TOKENS = 12
"""The longest sensible phrase ("by the end of the day on Friday the 30th of June") has fewer."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number: what kind it is in the grammar of date_forms.py, and the value it carries."""

    kind: str
    value: Any = None  # an int, or a tuple of ints for a written date


def read_tokens(phrase: str) -> list[Token] | None:
    """Return the tokens of `phrase` without filler words, None if any of it is unknown or there are too many."""
    text = _plain(phrase)
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        token = _token(match) if match else None
        if match is None or token is None or len(tokens) == MAX_TOKENS:
            return None
        if token.kind != "filler":
            tokens.append(token)
        position = match.end()
    return tokens


def _plain(phrase: str) -> str:
    """Fold case, width, dashes and spaces, and put turns of several words into one-word form."""
    text = unicodedata.normalize("NFKC", phrase).casefold().replace("ё", "е").replace("’", "'")
    text = " ".join(re.sub("[‐‑‒–—−]", "-", text).split()).rstrip(" .!?")
    text = in_digits(text)
    for turn, plain in _TURNS:
        text = turn.sub(plain, text)
    return _HOUR_OF_PART.sub(_to_24_hours, text)


def _token(match: re.Match[str]) -> Token | None:
    """Return the token that the regular expression found, None for a word that no date is made of."""
    text = match[0]
    match match.lastgroup:
        case "gap":
            return Token("filler")
        case "iso" | "dotted" | "slashed":
            return Token(match.lastgroup, tuple(int(part) for part in re.findall(r"\d+", text)))
        case "clock":
            hour, minute = map(int, text.split(":"))
            return Token("clock", hour * 60 + minute) if minute < 60 and hour * 60 + minute <= 24 * 60 else None
        case "dial":
            hour, minute = map(int, text.split("~"))
            return Token("dial", hour % 12 * 60 + minute)
        case "half":
            return _half_day_clock(text)
        case "quarter" | "ordinal":
            return Token(match.lastgroup, int(re.sub(r"\D", "", text)))
        case "number":
            return Token("year" if len(text) == 4 and text[0] != "0" else "number", int(text))
        case _:
            return _WORDS.get(text)


def _half_day_clock(text: str) -> Token | None:
    """Read "6pm", "6:30 a.m." as minutes since midnight; None for an hour that a 12-hour clock does not have."""
    hour, minute = (int(part) for part in [*re.findall(r"\d+", text), "0"][:2])
    if not 1 <= hour <= 12 or minute > 59:
        return None
    return Token("clock", hour % 12 * 60 + minute + (12 * 60 if "p" in text else 0))


def _to_24_hours(match: re.Match[str]) -> str:
    """Turn "6 in the evening", "2 часа дня" into 18:00, 14:00; leave "2 дня" (two days) and what no clock shows alone."""
    hour, minute, part = int(match["hour"]), match["minute"] or "00", match["part"]
    if not 1 <= hour <= 12 or (part == "дня" and not (match["at"] or match["hours"])):
        return match[0]
    late = part in {"дня", "вечера", "afternoon", "evening"} or (part in {"night", "ночи"} and 6 <= hour < 12)
    return f"{match['at'] or ''}{hour % 12 + (12 if late else 0)}:{minute}"


_TURNS = tuple(
    (re.compile(turn), plain)
    for turn, plain in (
        (r"(\d{4}-\d\d-\d\d)t(?=\d)", r"\1 "),
        (r"\b(20\d\d)(0\d|1[0-2])([0-3]\d)\b", r"\1-\2-\3"),
        (r"\b(\d{1,2})\. (?=[^\W\d_]{3})", r"\1 "),
        (r"\b(\d{1,2}) числа\b", r"\1-го"),
        (r"\b([1-4])th quarter\b", r"q\1"),
        (r"(\d{4}) ?(?:года|году|год|г)\b\.?", r"\1"),
        (r"\b([1-4])(?:-?(?:й|го|м|му))? квартал(?:а|у|е)?\b", r"q\1"),
        (r"(?<=[^\W\d_])-(?=\w)|(?<=\d)-(?!(?:го|ого|е|ое|му|ому)\b)(?=[^\W\d_])", " "),
        (r"\bday after tomorrow\b", "overmorrow"),
        (r"\b(?:in|within) the (?=week|month|quarter|year)", "this "),
        (r"\bthis (?=morning|afternoon|evening)", "today "),
        (r"\b(?:this )?coming |\bближайш(?:ий|ая|ую|ее|ей|ему) ", ""),
        (r"\b(days?|weeks?|months?|years?)(?:'s|')? time\b", r"\1"),
        (r"\b(week|month|quarter|year)'s end\b", r"end of \1"),
        (r"\b(?:an|one) hour and a half\b|\bone and a half hours\b|\bполтора часа\b", "90 minutes"),
        (r"\bчерез день\b", "few"),  # "in a day" to some, "every other day" to others
        (r"\b(?:a )?couple of\b|\bпару\b", "2"),
        (r"\bhalf an hour\b|\bполчаса\b", "30 minutes"),
        (r"\bhalf a year\b|\bполгода\b", "6 months"),
        (r"\ba fortnight\b", "2 weeks"),
        (r"\ba few\b", "few"),
        (r"\bnew year's day\b", "1 january"),
        (r"\bchristmas eve\b", "24 december"),
        (r"\bchristmas(?: day)?\b", "25 december"),
        (r"\bhalloween\b", "31 october"),
        (r"\bnew year(?:'s eve)?\b|\bнов(?:ому|ого|ый) год(?:у|а)?\b", "newyear"),
        (r"\bclose of business\b", "cob"),
        (r"\beod\b", "end of day"),
        (r"\beow\b", "end of week"),
        (r"\beom\b", "end of month"),
        (r"\beoy\b", "end of year"),
        (r"\blast day of\b|\bпоследн(?:ий|его|ему) д(?:ень|ня|ню)\b", "end of"),
        (r"\btonight(?= \S)", "today evening"),
        (r"\bnext year end\b", "end of next year"),
        (r"\bno later than\b|\bне позднее\b|\bне позже\b", "by"),
        (r"(?<=\d) ?o'clock\b", ""),
        (r"\b(в|к) (\d{1,2}) час(?:ов|ам|а)?\b(?! (?:утра|дня|вечера|ночи))", r"\1 \2"),
    )
)

_HOUR_OF_PART = re.compile(
    r"\b(?P<at>[вк] )?(?P<hour>\d{1,2})(?:[:.~](?P<minute>[0-5]\d))?(?P<hours> час(?:а|ов)?)? "
    r"(?:in the |at )?(?P<part>утра|дня|вечера|ночи|morning|afternoon|evening|night)\b"
)

_TOKEN = re.compile(
    r"(?P<gap>[\s,.]+)"
    r"|(?P<half>\d{1,2}(?:[:.]\d{2})? ?[ap]\.?m\b\.?)"
    r"|(?P<dial>\d{1,2}~\d{2})"
    r"|(?P<clock>\d{1,2}:\d{2}(?![\d:]))"
    r"|(?P<iso>[12]\d{3}(?P<i>[-/.])\d{1,2}(?P=i)\d{1,2}(?![\d./-]))"
    r"|(?P<dotted>\d{1,2}\.\d{1,2}(?:\.(?:\d{4}|\d{2}))?(?![\d./-]))"
    r"|(?P<slashed>\d{1,2}(?:/\d{1,2}(?:/(?:\d{4}|\d{2}))?|-\d{1,2}-(?:\d{4}|\d{2}))(?![\d./-]))"
    r"|(?P<ordinal>\d{1,2}(?:st|nd|rd|th|-?(?:го|ого|е|ое|му|ому))(?!\w))"
    r"|(?P<quarter>q[1-4](?!\w))"
    r"|(?P<number>\d{1,4}(?![\d:./-]))"
    r"|(?P<word>[^\W\d_]+(?:-[^\W\d_]+)*)"
)

_UNITS = {
    "minute": "minute minutes min mins минута минуту минуты минут мин",
    "hour": "hour hours hr hrs h час часа часов",
    "day": "day days d день дня дней дню дне сутки суток",
    "week": "week weeks wk wks w неделя неделю недели недель неделе нед",
    "month": "month months месяц месяца месяцев месяцу месяце мес",
    "quarter": "quarter квартал квартала кварталу",
    "year": "year years год года лет году",
}
_MONTHS = (
    "january jan январь января январю январе янв",
    "february feb февраль февраля февралю феврале фев",
    "march mar март марта марту марте мар",
    "april apr апрель апреля апрелю апреле апр",
    "may май мая маю мае",
    "june jun июнь июня июню июне июн",
    "july jul июль июля июлю июле июл",
    "august aug август августа августу августе авг",
    "september sept sep сентябрь сентября сентябрю сентябре сен сент",
    "october oct октябрь октября октябрю октябре окт",
    "november nov ноябрь ноября ноябрю ноябре ноя нояб",
    "december dec декабрь декабря декабрю декабре дек",
)
WEEKDAYS = (
    "monday mon понедельник понедельника понедельнику пн",
    "tuesday tues tue вторник вторника вторнику вт",
    "wednesday wed среда среду среды среде ср",
    "thursday thurs thur thu четверг четверга четвергу чт",
    "friday fri пятница пятницу пятницы пятнице пт",
    "saturday sat суббота субботу субботы субботе сб",
    "sunday sun воскресенье воскресенья воскресенью вс",
)
"""The words for each day of the week, Monday first."""

_NUMBERS = (
    "a an one один одну одна",
    "two два две",
    "three три",
    "four четыре",
    "five пять",
    "six шесть",
    "seven семь",
    "eight восемь",
    "nine девять",
    "ten десять",
    "eleven одиннадцать",
    "twelve двенадцать",
)
_DAYS = {-1: "yesterday вчера", 0: "today tonight сегодня", 1: "tomorrow tmrw завтра", 2: "overmorrow послезавтра"}
_PARTS = {  # the minute at which a part of the day is over, to offer when somebody says no more than that
    12 * 60: "morning утром утра утру",
    13 * 60: "lunch lunchtime обед обеда обеду",
    17 * 60: "cob",
    18 * 60: "afternoon днем",
    24 * 60 - 1: "evening night вечером вечера вечеру ночью",
}
_KEYWORDS = {
    "filler": "the of and и числа inclusive включительно",
    "by": "by until till til due к ко до под",
    "before": "before перед",
    "at": "at on в во на",
    "in": "in within через спустя за",
    "from": "from after после",
    "now": "now",
    "end": "end конец конца концу конце",
    "mid": "mid middle середина середину середины середине",
    "start": "start beginning начало начала началу начале",
    "this": "this current этот эти эта эту этой этого этом текущего текущей",
    "next": "next следующий следующая следующую следующей следующего следующем следующему след",
    "last": "last последний последняя последнюю последней последнего последнему",
    "weekend": "weekend выходные выходных выходным",
    "noon": "noon midday полдень полудня полудню",
    "midnight": "midnight полночь полуночи",
    "newyear": "newyear",
    "vague": "few several soon early late later sometime eventually скоро несколько позже потом",
}


def _lexicon() -> dict[str, Token]:
    """Map each word to its token."""
    groups = [(Token(kind), words) for kind, words in _KEYWORDS.items()]
    groups += [(Token(f"unit:{name}", 1), words) for name, words in _UNITS.items()]
    groups += [(Token("month", number), words) for number, words in enumerate(_MONTHS, 1)]
    groups += [(Token("weekday", number), words) for number, words in enumerate(WEEKDAYS)]
    groups += [(Token("number", number), words) for number, words in enumerate(_NUMBERS, 1)]
    groups += [(Token("day", ahead), words) for ahead, words in _DAYS.items()]
    groups += [(Token("part", minutes), words) for minutes, words in _PARTS.items()]
    return {word: token for token, words in groups for word in words.split()}


_WORDS = _lexicon()
