"""How charts go to the process that draws and pictures come back: a word on how it went and a length, then the bytes."""

import struct
from typing import Final

HEAD: Final = struct.Struct(">?I")  # whether it went well, and how many bytes follow: a chart; a picture, or why there is none


def framed(content: bytes, *, well: bool = True) -> bytes:
    """What is written for one chart or picture."""
    return HEAD.pack(well, len(content)) + content
