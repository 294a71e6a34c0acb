"""The origin story in a group of both kinds: one member is on its platform alone, the other studies on the other one."""

import re

import pytest

from tests.flows.stage import PLATFORMS, Person, Seen, Stage, stage
from tests.flows.test_story import (
    EVENING,
    about,
    join,
    promises,
    set_up,
    six_weeks,
    the_digests_were_kind,
    the_mornings_were_told,
    the_repair,
    the_slip,
)


@pytest.mark.parametrize("here", PLATFORMS)
async def test_the_story_in_a_mixed_group(here: str) -> None:
    """The group is `here`. Ann promises in it and studies on the other platform; Cleo is here alone; Bob is private."""
    [there] = [one for one in PLATFORMS if one != here]
    async with stage(EVENING, on=(here, there)) as s:
        ann, cleo, bob = s.fakes[here].person("Ann"), s.fakes[here].person("Cleo"), s.fakes[here].person("Bob & <Sons>")
        ann_there, dan = s.fakes[there].person("Ann"), s.fakes[there].person("Dan")
        group = s.fakes[here].group("Study", members=[ann, cleo, bob])
        s.fakes[here].adds_bot(group, by=ann, rights={"can_pin_messages": True})
        second = s.fakes[there].group("Circle", members=[dan, ann_there])
        s.fakes[there].adds_bot(second, by=dan, rights={"can_pin_messages": True})
        await s.settle()
        await set_up(s, ann_there, city="London", time="07:00")
        await links(s, ann_there, ann)
        await join(s, ann, group, "Group + alert")
        await join(s, ann_there, second, "Group")
        await set_up(s, cleo, city="Berlin", time="06:30")
        await join(s, cleo, group, "Group")
        await set_up(s, bob, city="Berlin", time="06:30")
        await join(s, bob, group, "Private")
        said_here = len(s.seen(ann))
        await s.says(cleo, "/checkin 25m")

        post = await promises(s, ann, group)
        await six_weeks(s, ann_there)
        the_mornings_were_told(s, ann_there)
        await the_slip(s, ann_there, group)
        (board,) = [one for one in s.seen(group) if one.pinned]
        assert "Ann, 07:00" in board.text
        assert "Cleo, until they are back" in board.text, "who says nothing for weeks is paused, and named as away"
        await the_repair(s, ann_there, group, post)
        the_digests_were_kind(s, group)

        assert len(s.seen(ann)) == said_here, "cards, reminders and questions go to one platform alone"
        digests = about(s.seen(group), "The week")
        assert "25 min" in told_of(digests[0], "Cleo")
        assert told_of(digests[0], "Ann").startswith("Ann: 2 of 4 sessions"), "what was studied there counts here"
        for one, other in zip(digests, about(s.seen(second), "The week"), strict=True):
            assert told_of(one, "Ann") == told_of(other, "Ann"), "both groups count the same check-ins"
        assert not about(s.seen(second), "Calculus 1-3"), "a promise belongs to one group"
        assert not about([*s.seen(group), *s.seen(second)], "Bob"), "who is private is never named"


async def links(s: Stage, giver: Person, taker: Person) -> None:
    """A code there, typed here, confirmed."""
    said = await s.says(giver, "/link")
    found = re.search(r"/link (\S+)", said.text)
    assert found is not None
    await s.says(taker, found[0])
    linked = await s.presses(taker, "Link")
    assert "One learner from now on" in linked.text


def told_of(digest: Seen, name: str) -> str:
    """The line of a digest about a member."""
    return next(line for line in digest.text.splitlines() if line.startswith(name))
