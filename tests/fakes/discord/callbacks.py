"""The first answer to an interaction: within three seconds, once, and of a kind that fits (docs: Receiving and Responding)."""

from . import limits
from .commands import choice_problems
from .components import modal_of
from .composing import change, check_body, check_not_empty, create
from .errors import Json, bad, invalid, refused
from .message_shapes import message as shape
from .shapes import user as user_shape
from .state import (
    ANSWER_TIME,
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    CONTEXT_MENU,
    DEFAULT,
    EPHEMERAL,
    LOADING,
    MODAL,
    SLASH,
    Interaction,
    Message,
    Request,
)  # fmt: skip
from .world import World

SAY, LATER, LATER_CHANGE, CHANGE, CHOICES, ASK = 4, 5, 6, 7, 8, 9
FITTING = {
    COMMAND: (SAY, LATER, ASK),
    COMPONENT: (SAY, LATER, LATER_CHANGE, CHANGE, ASK),
    AUTOCOMPLETE: (CHOICES,),
    MODAL: (SAY, LATER),
}
FLAGS = limits.FLAGS | EPHEMERAL


def create_interaction_response(world: World, request: Request) -> Json | None:
    interaction = _waiting(world, request)
    kind, data = request.fields.get("type"), request.fields.get("data") or {}
    fitting = FITTING[interaction.kind] + ((LATER_CHANGE, CHANGE) if interaction.kind == MODAL and interaction.message else ())
    if kind not in fitting:
        raise bad("type", f"{kind} does not answer an interaction of type {interaction.kind}; {fitting} do", "BASE_TYPE_CHOICES")
    match kind:
        case 4 | 5:
            _say(world, request, interaction, data, later=kind == LATER)
        case 6:
            interaction.original = interaction.message
        case 7:
            _change(world, request, interaction, data)
        case 8:
            _choose(interaction, data)
        case _:
            interaction.modal = modal_of(data)
    interaction.answered = int(kind)
    return _told(world, interaction) if request.query.get("with_response") in ("1", "true", "True") else None


def _waiting(world: World, request: Request) -> Interaction:
    interaction = world.interactions.get(request.id("interaction_id"))
    if interaction is None or interaction.token != request.path["interaction_token"]:
        raise refused(10062)
    if interaction.answered:
        raise refused(40060, defect=not interaction.unsure)
    if world.now() - interaction.at > ANSWER_TIME:
        raise refused(10062, defect=False)
    return interaction


def metadata(interaction: Interaction) -> Json:
    """What a message says of the interaction it answers."""
    whole: Json = {"id": str(interaction.id), "type": interaction.kind, "user": user_shape(interaction.user)}
    whole["authorizing_integration_owners"] = {"0": str(interaction.channel.guild.id if interaction.channel.guild else 0)}
    if interaction.kind == COMMAND:
        whole |= {"name": interaction.what, "command_type": interaction.data["type"]}
    elif interaction.kind == COMPONENT and interaction.message is not None:
        whole["interacted_message_id"] = str(interaction.message.id)
    elif interaction.kind == MODAL:
        whole["triggering_interaction_metadata"] = {key: value for key, value in whole.items() if key != "type"} | {
            "type": COMMAND, "name": interaction.what, "command_type": 1,
        }  # fmt: skip
    return whole


def _say(world: World, request: Request, interaction: Interaction, data: Json, *, later: bool) -> None:
    flags = data.get("flags") or 0
    secret = interaction.user if flags & EPHEMERAL else None
    if later:
        if set(data) - {"flags"} or flags & ~EPHEMERAL:
            raise bad("data", "only the flag EPHEMERAL can be set when deferring", "BASE_TYPE_CHOICES")
        message = world.post(interaction.channel, world.bot, kind=kind_of(interaction))
        message.flags, message.only_for, message.interaction = LOADING, secret, metadata(interaction)
        interaction.original = message
        return
    check_body(data, request.files, flags=FLAGS)
    check_not_empty(data, files=bool(request.files))
    interaction.original = create(
        world,
        interaction.channel,
        data,
        request.files,
        kind=kind_of(interaction),
        only_for=secret,
        interaction=metadata(interaction),
    )


def kind_of(interaction: Interaction) -> int:
    """The type of the message that answers."""
    if interaction.kind != COMMAND:
        return DEFAULT
    return SLASH if interaction.data["type"] == 1 else CONTEXT_MENU


def _change(world: World, request: Request, interaction: Interaction, data: Json) -> None:
    message = _source(interaction)
    check_body(data, request.files, flags=limits.ANY_FLAGS, of=message)
    interaction.original = change(world, message, data, request.files)


def _source(interaction: Interaction) -> Message:
    if interaction.message is None or interaction.message.deleted:
        raise refused(10008)
    return interaction.message


def _choose(interaction: Interaction, data: Json) -> None:
    choices = data.get("choices") or []
    problems = list(choice_problems(choices, ("data", "choices")))
    if problems:
        raise invalid(*problems)
    interaction.choices = choices


def _told(world: World, interaction: Interaction) -> Json:
    about: Json = {"id": str(interaction.id), "type": interaction.kind, "activity_instance_id": None}
    about["channel_id"] = str(interaction.channel.id)
    message = interaction.original
    if message is None:
        return {"interaction": about}
    about |= {"response_message_id": str(message.id), "response_message_loading": message.loading}
    about["response_message_ephemeral"] = message.only_for is not None
    if interaction.answered in (LATER, LATER_CHANGE):
        return {"interaction": about}
    return {"interaction": about, "resource": {"type": interaction.answered, "message": shape(world, message)}}
