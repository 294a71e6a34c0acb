"""From facts to a message: each noun words its own."""

from dataclasses import replace
from typing import get_args

from bot.domain.notices import Notice
from bot.domain.notices.buddies import BuddyNotice
from bot.domain.notices.cards import CardNotice
from bot.domain.notices.checkins import CheckinNotice
from bot.domain.notices.commitments import CommitmentNotice, CommitUsage, JoinFirst, NeedsZone, PromiseTooLong
from bot.domain.notices.digests import DigestNotice
from bot.domain.notices.general import (
    AdminsOnly,
    Apology,
    ElsewhereOnly,
    GeneralNotice,
    LookUpFailed,
    NotYourWords,
    UnknownCommand,
)
from bot.domain.notices.groups import GroupNotice, NotIn
from bot.domain.notices.links import LinkNotice
from bot.domain.notices.pauses import PauseNotice
from bot.domain.notices.people import NotMember, PeopleNotice, ZoneUnknown
from bot.domain.notices.plans import PlanNotice
from bot.domain.notices.progress import ProgressNotice
from bot.domain.notices.reviews import ReviewNotice
from bot.domain.notices.slips import SlipNotice
from bot.ui import (
    buddies,
    cards,
    checkins,
    commitments,
    digests,
    general,
    groups,
    links,
    pauses,
    people,
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
        (CardNotice, cards),
        (CheckinNotice, checkins),
        (CommitmentNotice, commitments),
        (SlipNotice, slips),
        (LinkNotice, links),
        (ProgressNotice, progress),
        (PauseNotice, pauses),
        (BuddyNotice, buddies),
        (ReviewNotice, reviews),
    )
    for kind in get_args(union) or (union,)
}


# Why something asked for in a group was not done: nobody but who asked needs to read it.
_ALONE = frozenset(
    {AdminsOnly, Apology, ElsewhereOnly, LookUpFailed, NotYourWords, UnknownCommand}
    | {CommitUsage, JoinFirst, NeedsZone, PromiseTooLong, NotMember, NotIn, ZoneUnknown}
)


def word(notice: Notice, words: Words) -> Message:
    """The message that says `notice` to a reader of these `words`."""
    message: Message = _BY_NOUN[type(notice)](notice, words)
    return replace(message, alone=True) if type(notice) in _ALONE else message


def again(message: Message, words: Words) -> Message:
    """A private message sent a second time because nobody knows whether the first arrived."""
    return replace(message, text=join([words("_Again, in case the first got lost._"), message.text]))
