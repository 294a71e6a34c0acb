"""Buttons, menus and modals: what Discord accepts. Only the first version of components; the second is refused loudly."""

from collections.abc import Iterator
from typing import Any

from .errors import Json, Problem, invalid

ROW, BUTTON, MENU, INPUT, TEXT, LABEL = 1, 2, 3, 4, 10, 18
MENUS = (3, 5, 6, 7, 8)
IN_MODAL = (INPUT, *MENUS)
LINK, PREMIUM = 5, 6
MOST_ROWS, MOST_BUTTONS, MOST_OPTIONS = 5, 5, 25
UNKNOWN = "this fake knows action rows with buttons and menus alone (no components V2)"


def rows_of(given: Any) -> list[Json]:
    """The rows under a message, checked, each part with its id."""
    if given in (None, []):
        return []
    problems = list(_row_problems(given)) or list(_id_problems(given))
    if problems:
        raise invalid(*problems)
    return _numbered(given)


def _row_problems(rows: list[Json]) -> Iterator[Problem]:
    if len(rows) > MOST_ROWS:
        yield ("components",), "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MOST_ROWS} in length."
    for place, row in enumerate(rows):
        path = ("components", place)
        if row.get("type") != ROW:
            yield path, "UNION_TYPE_CHOICES", UNKNOWN
            continue
        parts = row.get("components") or []
        menus = [one for one in parts if one.get("type") in MENUS]
        width = sum(MOST_BUTTONS if one in menus else 1 for one in parts)
        if not 1 <= width <= MOST_BUTTONS:
            yield (*path, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length (a menu fills a row)."
        for number, one in enumerate(parts):
            yield from _part_problems(one, (*path, "components", number))


def _part_problems(part: Json, path: tuple[str | int, ...]) -> Iterator[Problem]:
    kind = part.get("type")
    if kind == BUTTON:
        yield from _button_problems(part, path)
    elif kind in MENUS:
        yield from _custom_id_problem(part, path)
        yield from _menu_problems(part, path)
    else:
        yield (*path, "type"), "COMPONENT_TYPE_INVALID", UNKNOWN


def _button_problems(button: Json, path: tuple[str | int, ...]) -> Iterator[Problem]:
    style = button.get("style")
    if style not in range(1, 7):
        yield (*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6)."
    elif style == LINK:
        if not str(button.get("url") or "").startswith(("http://", "https://", "discord://")):
            yield (*path, "url"), "BASE_TYPE_REQUIRED", "A url is required"
        if button.get("custom_id"):
            yield (*path, "custom_id"), "COMPONENT_CUSTOM_ID_AND_URL", "A custom id and url cannot both be specified"
    elif style != PREMIUM:
        yield from _custom_id_problem(button, path)
        if button.get("url"):
            yield (*path, "url"), "COMPONENT_CUSTOM_ID_AND_URL", "A custom id and url cannot both be specified"
    if not button.get("label") and not button.get("emoji") and style != PREMIUM:
        yield path, "BUTTON_COMPONENT_INVALID_LABEL", "A button must have a label or an emoji"
    if len(button.get("label") or "") > 80:
        yield (*path, "label"), "BASE_TYPE_MAX_LENGTH", "Must be 80 or fewer in length."


def _custom_id_problem(part: Json, path: tuple[str | int, ...]) -> Iterator[Problem]:
    custom_id = part.get("custom_id")
    if not isinstance(custom_id, str) or not custom_id:
        yield (*path, "custom_id"), "BASE_TYPE_REQUIRED", "A custom id is required"
    elif len(custom_id) > 100:
        yield (*path, "custom_id"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."


def _menu_problems(menu: Json, path: tuple[str | int, ...]) -> Iterator[Problem]:
    most, least = menu.get("max_values") or 1, menu.get("min_values")
    if menu["type"] == MENU:
        options = menu.get("options") or []
        values = [one.get("value") for one in options]
        if not 1 <= len(options) <= MOST_OPTIONS:
            yield (*path, "options"), "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MOST_OPTIONS} in length."
        if len(set(values)) < len(values):
            yield (*path, "options"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
        if any(len(str(one.get(key) or "x")) > 100 for one in options for key in ("label", "value", "description")):
            yield (*path, "options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."
        if most > max(len(options), 1):
            yield (*path, "max_values"), "BASE_TYPE_MAX", "There are not that many options."
    if (1 if least is None else least) > most:
        yield (*path, "min_values"), "BASE_TYPE_MAX", "Must be at most max_values."


def parts_of(rows: list[Json]) -> list[Json]:
    """Everything a person can press, choose from or fill in, in reading order."""
    found: list[Json] = []
    for row in rows:
        found += row.get("components") or ([row["component"]] if "component" in row else [])
    return found


def _id_problems(rows: list[Json]) -> Iterator[Problem]:
    ids = [one["custom_id"] for one in parts_of(rows) if one.get("custom_id")]
    for custom_id in sorted({one for one in ids if ids.count(one) > 1}):
        yield ("components",), "COMPONENT_CUSTOM_ID_DUPLICATED", f"Component custom id cannot be duplicated: {custom_id}"


def _numbered(rows: list[Json]) -> list[Json]:
    """Each part with the id Discord gives it, and without the fields that were sent empty."""
    last = 0

    def number(part: Json) -> Json:
        nonlocal last
        last += 1
        whole: Json = given(part) | {"id": part.get("id") or last}
        if "components" in whole:
            whole["components"] = [number(one) for one in whole["components"]]
        if "component" in whole:
            whole["component"] = number(whole["component"])
        return whole

    return [number(row) for row in rows]


def given(value: Any) -> Any:
    """The same without what is null, however deep."""
    if isinstance(value, dict):
        return {key: given(one) for key, one in value.items() if one is not None}
    return [given(one) for one in value] if isinstance(value, list) else value


def modal_of(data: Json) -> Json:
    """A modal to be shown: a title, and one to five fields."""
    rows = data.get("components") or []
    problems = list(_modal_problems(data, rows)) or list(_id_problems(rows))
    if problems:
        raise invalid(*problems)
    return {"custom_id": data["custom_id"], "title": data["title"], "components": _numbered(rows)}


def _modal_problems(data: Json, rows: list[Json]) -> Iterator[Problem]:
    yield from _custom_id_problem(data, ("data",))
    if not 1 <= len(data.get("title") or "") <= 45:
        yield ("data", "title"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length."
    if not 1 <= len(rows) <= MOST_ROWS:
        yield ("data", "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length."
    for place, row in enumerate(rows):
        path = ("data", "components", place)
        if row.get("type") not in (ROW, LABEL, TEXT):
            yield path, "UNION_TYPE_CHOICES", "only rows with one text input, labels and text are known to this fake"
            continue
        for part in parts_of([row]):
            yield from _field_problems(row, part, path)


def _field_problems(row: Json, part: Json, path: tuple[str | int, ...]) -> Iterator[Problem]:
    kind = part.get("type")
    yield from _custom_id_problem(part, path)
    if kind not in IN_MODAL or (row.get("type") == ROW and kind != INPUT):
        yield path, "COMPONENT_TYPE_INVALID", "only text inputs, and menus within labels, are known to this fake"
    if kind != INPUT:
        return
    if row.get("type") == ROW and not 1 <= len(part.get("label") or "") <= 45:
        yield (*path, "label"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 45 in length."
    if part.get("style") not in (1, 2):
        yield (*path, "style"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2)."
    if len(part.get("placeholder") or "") > 100:
        yield (*path, "placeholder"), "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length."
    if len(part.get("value") or "") > (part.get("max_length") or 4000):
        yield (*path, "value"), "BASE_TYPE_MAX_LENGTH", f"Must be {part.get('max_length') or 4000} or fewer in length."
