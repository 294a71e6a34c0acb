"""What the form is called that a press opens at once, on a platform that has forms."""

from bot.domain.notices.groups import Setting
from bot.ui.message import Action
from bot.ui.plan_edits import form_title
from bot.ui.words import Words


def title(action: Action, w: Words) -> str | None:
    """The form's title; None for a press that does not ask for words, or where there is more to do than write some.

    The press is handled as on other platforms: the question stands in the chat, for who closes the form and comes back to it.
    """
    match action:
        case Action("checkin.edit" | "checkin.add", (_,)):
            return w.label("What you did")
        case Action("plan.ask", (what, _, _)) if what != "estimate":  # that one has lengths to press
            return form_title(what, w)
        case Action("setup.ask", (Setting.ZONE,)):
            return w.label("The group's city")
        case _:
            return None
