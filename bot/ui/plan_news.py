"""What has just been done to a plan, in a line above the screen that shows it."""

from bot.domain.notices.plans import News
from bot.ui.message import Text
from bot.ui.words import Words, cut

_TITLE = 60  # characters of a title in a sentence


def said(news: News | None, w: Words) -> Text:
    """The line; empty where nothing was done."""
    if news is None:
        return ()
    text = cut(news.text, _TITLE)
    match news.kind:
        case "renamed":
            return w("_Renamed; it was “{text}”._", text=text)
        case "added" if not text:
            return w.many("_{n} module added._", "_{n} modules added._", news.n)
        case "added":
            return w("_Added._")
        case "merged" if not news.n:
            return w("_Nothing came in: it was all there already._")
        case "merged":
            return w.many("_{n} module of {text} came in._", "_{n} modules of {text} came in._", news.n, text=text)
        case "moved" if text:
            return w("_Moved to {text}._", text=text)
        case "moved":
            return w("_Moved._")
        case "dropped" | "source-dropped":
            return w("_“{text}” is gone._", text=text)
        case "erased":
            return w("_The plan “{text}” is deleted._", text=text)
        case _:
            return _kept(news, text, w)


def _kept(news: News, text: str, w: Words) -> Text:
    match news.kind:
        case "estimated":
            return w("_Noted._")
        case "unestimated":
            return w("_No estimate any more._")
        case "source-added" if news.n > 1:
            return w.many("_{n} source added._", "_{n} sources added._", news.n)
        case "source-added":
            return w("_“{text}” added._", text=text)
        case "used":
            return w("_This is the plan in use now._")
        case "made" if text:
            return w("_A new plan, in use from now on. {text} is kept._", text=text)
        case "made":
            return w("_A new plan, in use from now on._")
        case _:
            return w("_Changed._")
