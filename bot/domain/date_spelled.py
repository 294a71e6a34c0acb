"""Numbers of a date phrase that are spelled out, put into digits: "the first of July", "в шесть вечера", "in 1h30"."""

import re

_ORDINALS = (
    "first первого первому",
    "second второго второму",
    "third третьего третьему",
    "fourth четвертого четвертому",
    "fifth пятого пятому",
    "sixth шестого шестому",
    "seventh седьмого седьмому",
    "eighth восьмого восьмому",
    "ninth девятого девятому",
    "tenth десятого десятому",
    "eleventh одиннадцатого одиннадцатому",
    "twelfth двенадцатого двенадцатому",
    "thirteenth тринадцатого тринадцатому",
    "fourteenth четырнадцатого четырнадцатому",
    "fifteenth пятнадцатого пятнадцатому",
    "sixteenth шестнадцатого шестнадцатому",
    "seventeenth семнадцатого семнадцатому",
    "eighteenth восемнадцатого восемнадцатому",
    "nineteenth девятнадцатого девятнадцатому",
    "twentieth двадцатого двадцатому",
)
_HOURS = (
    "two два",
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
_PLACES = {word: place for place, words in enumerate(_ORDINALS, 1) for word in words.split()}
_PLACES |= dict.fromkeys(("thirtieth", "тридцатого", "тридцатому"), 30)
_CLOCK = {word: hour for hour, words in enumerate(_HOURS, 2) for word in words.split()}

_LATIN = "|".join(word for word in _PLACES if word.isascii())
_CYRILLIC = "|".join(word for word in _PLACES if not word.isascii())
# The twenty-first is no first; and a first alone at the end of a promise ("read Strang, first") is no date.
_ORDINAL = re.compile(
    rf"(?<![\w-])(?<!twenty )(?<!thirty )(?:(?<=the )(?:{_LATIN})(?![\w-])|(?:{_LATIN})(?= [a-z]))"
    rf"|(?<![\w-])(?<!двадцать )(?<!тридцать )(?:{_CYRILLIC})(?![\w-])"
)
_HOUR = re.compile(
    rf"\b(?:{'|'.join(_CLOCK)})(?= (?:час(?:а|ов|ам)? )?(?:in the |at )?"
    r"(?:утра|дня|вечера|ночи|morning|afternoon|evening|night)\b)"
)
_PAST = re.compile(rf"\b(half past|quarter past|quarter to) (?P<hour>\d{{1,2}}|one|{'|'.join(_CLOCK)})\b")
_HALF = re.compile(r"\bполовине (?P<hour>\d{1,2})th\b")
_HOURS_AND_MINUTES = re.compile(r"\bin (\d{1,2}) ?h ?([0-5]\d)(?: ?m(?:in)?)?\b")


def in_digits(text: str) -> str:
    """`text`, case-folded, with the numbers of days and hours that are spelled out in digits.

    Half past six is 6~30: of a clock with twelve hours.
    """
    text = _ORDINAL.sub(lambda match: f"{_PLACES[match[0]]}th", text)
    text = _PAST.sub(_on_a_dial, text)
    text = _HALF.sub(lambda match: f"{(int(match['hour']) + 10) % 12 + 1}~30", text)
    text = _HOUR.sub(lambda match: str(_CLOCK[match[0]]), text)
    return _HOURS_AND_MINUTES.sub(lambda match: f"in {60 * int(match[1]) + int(match[2])} minutes", text)


def _on_a_dial(match: re.Match[str]) -> str:
    word = match["hour"]
    hour = int(word) if word.isdecimal() else _CLOCK.get(word, 1)
    if not 1 <= hour <= 12:
        return match[0]
    match match[1]:
        case "half past":
            return f"{hour}~30"
        case "quarter past":
            return f"{hour}~15"
        case _:
            return f"{(hour + 10) % 12 + 1}~45"
