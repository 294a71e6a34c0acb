"""Everything the bot may say, as facts without words; `bot/ui` makes the words. One module per noun."""

from typing import TypeAlias

from bot.domain.notices.buddies import BuddyNotice
from bot.domain.notices.cards import CardNotice
from bot.domain.notices.checkins import CheckinNotice
from bot.domain.notices.commitments import CommitmentNotice
from bot.domain.notices.digests import DigestNotice
from bot.domain.notices.general import GeneralNotice
from bot.domain.notices.groups import GroupNotice
from bot.domain.notices.links import LinkNotice
from bot.domain.notices.pauses import PauseNotice
from bot.domain.notices.people import PeopleNotice
from bot.domain.notices.plans import PlanNotice
from bot.domain.notices.progress import ProgressNotice
from bot.domain.notices.reviews import ReviewNotice
from bot.domain.notices.slips import SlipNotice

Notice: TypeAlias = (
    GeneralNotice
    | PeopleNotice
    | GroupNotice
    | DigestNotice
    | PlanNotice
    | CardNotice
    | CheckinNotice
    | CommitmentNotice
    | SlipNotice
    | LinkNotice
    | ProgressNotice
    | PauseNotice
    | BuddyNotice
    | ReviewNotice
)
