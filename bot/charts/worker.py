"""The process that draws: charts on stdin, pictures on stdout, one after the other, until stdin ends.

Started by `painter.Painter` with `python -m bot.charts.worker`. Only this process pays for matplotlib.
"""

import logging
import os
import pickle
import resource
import sys
from typing import Final

from bot.charts.drawing import draw
from bot.charts.wire import HEAD, framed

_MEMORY_BYTES: Final = 1 << 30  # of address space: whatever is to be drawn, the machine stays usable
_NICENESS: Final = 5  # taps and cards go before pictures


def main() -> None:
    """Limit this process, say that it is ready, and draw."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)
    logging.disable(logging.WARNING)  # matplotlib tells of caches and fonts
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    answer = framed(b"ready")
    while True:
        sink.write(answer)
        sink.flush()
        if len(head := source.read(HEAD.size)) < HEAD.size:
            return
        answer = _answer(source.read(HEAD.unpack(head)[1]))


def _answer(order: bytes) -> bytes:
    try:
        chart, form, ground = pickle.loads(order)  # noqa: S301 - from the process that started this one
        return framed(draw(chart, form=form, ground=ground))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one chart, the next may be drawn
        return framed(repr(error).encode(errors="replace"), well=False)


if __name__ == "__main__":
    main()
