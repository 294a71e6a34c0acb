"""A strict Bot API server for tests: over real HTTP, it refuses what Telegram refuses and can lose answers.

async with FakeTelegram(now=lambda: instant) as tg:
    ann = tg.person("Ann")
    ann.says("/start")            # the bot under test polls tg.url with tg.token
    await tg.until(lambda: tg.dm(ann))
    ann.presses(tg.dm(ann)[-1], "Done")
    assert not tg.refusals        # nothing the bot did was a mistake
"""

from tests.fakes.wire_faults import Dropped, Garbage, Hang, Lost, Status

from .faults import Fault, TooMany
from .people import Group, Person
from .rates import RateLimits
from .seen import Seen
from .server import Call, FakeTelegram

__all__ = [
    "Call", "Dropped", "FakeTelegram", "Fault", "Garbage", "Group", "Hang", "Lost", "Person", "RateLimits",
    "Seen", "Status", "TooMany",
]  # fmt: skip
