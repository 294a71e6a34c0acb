"""A strict Discord for tests: REST and gateway over real HTTP and WebSocket; it refuses what Discord refuses.

async with FakeDiscord(now=lambda: instant) as dc:
    ann = dc.person("Ann")
    group = dc.group("Study", members=[ann])
    dc.adds_bot(group, by=ann)    # the bot under test talks to dc.url and dc.gateway_url with dc.token
    ann.says("/commit finish X by Friday", chat=group)
    await dc.until(lambda: dc.chat(group))
    ann.presses(dc.chat(group)[-1], "Publish")
    assert not dc.refusals        # nothing the bot did was a mistake
"""

from tests.fakes.wire_faults import Dropped, Garbage, Hang, Lost, Status

from .faults import Fault, TooMany
from .people import Group, Person
from .rates import RateLimits
from .seen import Modal, Seen
from .server import Call, FakeDiscord

__all__ = [
    "Call", "Dropped", "FakeDiscord", "Fault", "Garbage", "Group", "Hang", "Lost", "Modal", "Person", "RateLimits",
    "Seen", "Status", "TooMany",
]  # fmt: skip
