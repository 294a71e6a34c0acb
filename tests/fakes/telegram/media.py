"""The methods that carry files: photos, documents, their replacement, and downloads."""

import mimetypes

from . import limits
from .access import chat_of, check_may_send
from .errors import Json, bad_request
from .messages import change, own_message, post, words
from .params import Params, Upload
from .state import StoredFile, World

PHOTO_BYTES, DOCUMENT_BYTES, DOWNLOAD_BYTES = 10 << 20, 50 << 20, 20 << 20
PHOTO_SIDES, PHOTO_RATIO = 10_000, 20
MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")


def photo_body(kept: StoredFile) -> Json:
    """The sizes of a photo, small to large; real ones where the file is a PNG."""
    width, height = _sides(kept.content)
    small = kept.as_json() | {"file_unique_id": f"s{kept.id}", "width": max(width // 4, 1), "height": max(height // 4, 1)}
    return {"photo": [small, kept.as_json() | {"width": width, "height": height}]}


def document_body(kept: StoredFile) -> Json:
    kind = mimetypes.guess_type(kept.name)[0] or "application/octet-stream"
    return {"document": kept.as_json() | {"file_name": kept.name, "mime_type": kind}}


def _sides(content: bytes) -> tuple[int, int]:
    if content.startswith(MAGIC[0]) and len(content) >= 24:
        return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return 800, 600


def _photo(world: World, upload: Upload) -> Json:
    if len(upload.content) > PHOTO_BYTES:
        raise bad_request("file is too big")
    if not upload.content.startswith(MAGIC):
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = _sides(upload.content)
    if width + height > PHOTO_SIDES or max(width, height) > PHOTO_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return photo_body(world.store(upload.name or "photo.png", upload.content, folder="photos"))


def _document(world: World, upload: Upload) -> Json:
    if len(upload.content) > DOCUMENT_BYTES:
        raise bad_request("file is too big")
    if not upload.content:
        raise bad_request("file must be non-empty")
    return document_body(world.store(upload.name or "document", upload.content, folder="documents"))


def _media(world: World, kind: str, upload: Upload | None, reference: str) -> Json:
    if upload is not None:
        return _photo(world, upload) if kind == "photo" else _document(world, upload)
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    if (kept := world.files.get(reference)) is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return photo_body(kept) if kind == "photo" else document_body(kept)


def _send(world: World, params: Params, kind: str) -> Json:
    source, markup = params.text("caption"), limits.keyboard_of(params.values.get("reply_markup"))
    caption, chat = words("caption", source, params), chat_of(world, params)
    check_may_send(world, chat, f"can_send_{kind}s", f"{kind}s")
    media = _media(world, kind, params.upload(kind), params.text(kind))
    return post(world, chat, params, media | caption, source=source, markup=markup)


def send_photo(world: World, params: Params) -> Json:
    return _send(world, params, "photo")


def send_document(world: World, params: Params) -> Json:
    return _send(world, params, "document")


def edit_message_media(world: World, params: Params) -> Json:
    media = params.values.get("media")
    if not isinstance(media, dict):
        raise bad_request("can't parse media JSON object")
    kind, reference = str(media.get("type", "")), str(media.get("media", ""))
    if kind not in ("photo", "document"):
        raise bad_request("can't parse InputMedia: type must be non-empty")
    source, markup = str(media.get("caption", "")), limits.keyboard_of(params.values.get("reply_markup"))
    caption = words("caption", source, Params(media))
    message = own_message(world, params)
    upload = params.attached(reference) if reference.startswith("attach://") else None
    return change(world, message, _media(world, kind, upload, reference) | caption, source=source, markup=markup)


def get_file(world: World, params: Params) -> Json:
    kept = world.files.get(params.text("file_id"))
    if kept is None:
        raise bad_request("invalid file_id")
    if len(kept.content) > DOWNLOAD_BYTES:
        raise bad_request("file is too big", defect=False)
    return kept.as_json() | {"file_path": kept.path}
