"""From facts to a message: each noun words its own."""

from dataclasses import replace
from typing import get_args

from bot.domain.notices import Notice
from bot.domain.notices.cards import CardNotice
from bot.domain.notices.checkins import CheckinNotice
from bot.domain.notices.commitments import CommitmentNotice
from bot.domain.notices.digests import DigestNotice
from bot.domain.notices.general import GeneralNotice
from bot.domain.notices.groups import GroupNotice
from bot.domain.notices.links import LinkNotice
from bot.domain.notices.people import PeopleNotice
from bot.domain.notices.plan_edits import PlanEditNotice
from bot.domain.notices.plans import PlanNotice
from bot.domain.notices.progress import ProgressNotice
from bot.domain.notices.reviews import ReviewNotice
from bot.domain.notices.slips import SlipNotice
from bot.ui import (
    cards,
    checkins,
    commitments,
    digests,
    general,
    groups,
    links,
    people,
    plan_edits,
    plans,
    progress,
    reviews,
    slips,
)
from bot.ui.message import Message
from bot.ui.words import Words, join

_BY_NOUN = {
    kind: noun.word
    for union, noun in (
        (GeneralNotice, general),
        (PeopleNotice, people),
        (GroupNotice, groups),
        (DigestNotice, digests),
        (PlanNotice, plans),
        (PlanEditNotice, plan_edits),
        (CardNotice, cards),
        (CheckinNotice, checkins),
        (CommitmentNotice, commitments),
        (SlipNotice, slips),
        (LinkNotice, links),
        (ProgressNotice, progress),
        (ReviewNotice, reviews),
    )
    for kind in get_args(union) or (union,)
}


def word(notice: Notice, words: Words) -> Message:
    """The message that says `notice` to a reader of these `words`."""
    message: Message = _BY_NOUN[type(notice)](notice, words)
    return message


def again(message: Message, words: Words) -> Message:
    """A private message sent a second time because nobody knows whether the first arrived."""
    return replace(message, text=join([words("_Again, in case the first got lost._"), message.text]))
