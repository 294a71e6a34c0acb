"""What an interaction's token can do for fifteen minutes after the first answer: say more, change it, take it back."""

from .callbacks import CHOICES, FLAGS, kind_of, metadata
from .composing import change, check_body, check_not_empty, create, remove
from .errors import Json, refused
from .limits import ANY_FLAGS
from .message_shapes import message as shape
from .state import EPHEMERAL, REPLY, TOKEN_LIFE, Interaction, Message, Request
from .world import World


def execute_webhook(world: World, request: Request) -> Json:
    """A follow-up. After a deferral the first one takes the place of "… is thinking", hidden or not as that was."""
    interaction, fields = _answered(world, request), request.fields
    check_body(fields, request.files, flags=FLAGS)
    check_not_empty(fields, files=bool(request.files))
    original = interaction.original
    if original is not None and original.loading and not original.deleted:
        return shape(world, change(world, original, fields, request.files))
    secret = interaction.user if (fields.get("flags") or 0) & EPHEMERAL else None
    quoted = original if original is not None and not original.deleted else None
    message = create(
        world, interaction.channel, fields, request.files,
        kind=REPLY if quoted else kind_of(interaction), only_for=secret, reply_to=quoted, interaction=metadata(interaction),
    )  # fmt: skip
    interaction.followups.append(message)
    return shape(world, message)


def get_original_webhook_message(world: World, request: Request) -> Json:
    return shape(world, _original(_answered(world, request)))


def update_original_webhook_message(world: World, request: Request) -> Json:
    interaction = _answered(world, request)
    return _update(world, request, _original(interaction))


def delete_original_webhook_message(world: World, request: Request) -> None:
    remove(world, _original(_answered(world, request)))


def get_webhook_message(world: World, request: Request) -> Json:
    return shape(world, _named(_answered(world, request), request))


def update_webhook_message(world: World, request: Request) -> Json:
    interaction = _answered(world, request)
    return _update(world, request, _named(interaction, request))


def delete_webhook_message(world: World, request: Request) -> None:
    remove(world, _named(_answered(world, request), request))


def _update(world: World, request: Request, message: Message) -> Json:
    fields = request.fields
    check_body(fields, request.files, flags=ANY_FLAGS, of=message)
    after = {"content": message.content, "embeds": message.embeds, "components": message.components} | fields
    check_not_empty(after, files=bool(request.files or fields.get("attachments", message.files)))
    return shape(world, change(world, message, fields, request.files))


def _answered(world: World, request: Request) -> Interaction:
    """The interaction of the token, once it is answered and while the token lives."""
    interaction = world.tokens.get(request.path["webhook_token"])
    if request.id("webhook_id") != world.app_id or interaction is None:
        raise refused(10015)
    if world.now() - interaction.at > TOKEN_LIFE:
        raise refused(50027)
    if interaction.answered in (0, CHOICES):
        raise refused(10015)
    return interaction


def _original(interaction: Interaction) -> Message:
    if interaction.original is None:
        raise refused(10008, defect=True)
    return _live(interaction.original)


def _named(interaction: Interaction, request: Request) -> Message:
    own = [interaction.original, *interaction.followups]
    found = [one for one in own if one is not None and one.id == request.id("message_id")]
    if not found:
        raise refused(10008, defect=True)
    return _live(found[0])


def _live(message: Message) -> Message:
    if message.deleted:
        raise refused(10008)
    return message
