"""Which button is meant by a label, and what is chosen from a menu."""

from .components import BUTTON, LINK, MENU, MENUS, parts_of
from .errors import Json
from .seen import label_of
from .state import Message
from .world import World

PEOPLE, ROLES, EITHER, CHANNELS = 5, 6, 7, 8


def pressed(message: Message, label: str, custom_id: str | None) -> Json:
    """The `data` of a press."""
    if custom_id is not None:
        return {"custom_id": custom_id, "component_type": BUTTON, "id": 1}
    buttons = [one for one in parts_of(message.components) if one["type"] == BUTTON]
    names = [label_of(one) for one in buttons]
    found = [one for one in buttons if label in (label_of(one), one.get("label"))]
    found = found or [one for one in buttons if label_of(one).startswith(label) or (one.get("label") or "").startswith(label)]
    assert len(found) == 1, f"{len(found)} buttons match {label!r} under {message.content[:60]!r}; there are {names}"
    [button] = found
    assert not button.get("disabled"), f"{label!r} is greyed out"
    assert button["style"] != LINK, f"{label!r} opens {button.get('url')!r}, which is no business of the bot's"
    return {"custom_id": button["custom_id"], "component_type": BUTTON, "id": button["id"]}


def chosen(world: World, message: Message, options: tuple[str, ...], custom_id: str | None) -> Json:
    """The `data` of a choice."""
    menus = [one for one in parts_of(message.components) if one["type"] in MENUS]
    found = [one for one in menus if custom_id in (None, one["custom_id"])]
    assert len(found) == 1, f"{len(found)} menus there: {[one['custom_id'] for one in menus]}"
    [menu] = found
    assert not menu.get("disabled"), f"{menu['custom_id']} is greyed out"
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    assert least <= len(options) <= most, f"choose {least} to {most}, not {len(options)}"
    values = [_value(world, message, menu, one) for one in options]
    return {"custom_id": menu["custom_id"], "component_type": menu["type"], "id": menu["id"], "values": values, "resolved": {}}


def _value(world: World, message: Message, menu: Json, wanted: str) -> str:
    if menu["type"] == MENU:
        found = [one["value"] for one in menu["options"] if one["label"] == wanted]
        found = found or [one["value"] for one in menu["options"] if one["label"].startswith(wanted)]
        labels = [one["label"] for one in menu["options"]]
        assert len(found) == 1, f"{len(found)} options match {wanted!r}; there are {labels}"
        return str(found[0])
    guild = message.channel.guild
    named: list[tuple[int, str]] = []
    if menu["type"] in (PEOPLE, EITHER):
        named += [(one.id, one.name) for one in world.users.values()]
    if menu["type"] in (ROLES, EITHER) and guild is not None:
        named += [(one.id, one.name) for one in guild.roles.values()]
    if menu["type"] == CHANNELS and guild is not None:
        named += [(one.id, one.name) for one in guild.channels.values()]
    ids = [str(number) for number, name in named if name == wanted]
    assert ids, f"there is no {wanted!r} to choose"
    return ids[0]
