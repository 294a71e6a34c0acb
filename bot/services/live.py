"""What is looked up at the moment of sending: the present facts of a card, a promise, an alert, a board, a digest.

Consent is looked at here, not when the thing was queued: None means that it must not, or need not, be said any more.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from bot.domain.notices import Notice
from bot.services import (
    boards,
    buddies,
    cards,
    commitments,
    crossings,
    days,
    digests,
    exports,
    group_setup,
    pause_posts,
    progress,
    silence,
    slips,
)
from bot.store.database import Tx

Completer = Callable[[Tx, Notice, int, datetime], Awaitable[Notice]]
Loader = Callable[[Tx, dict[str, Any], datetime], Awaitable[Notice | None]]

LOADERS: Final[Mapping[str, Loader]] = {
    "card": cards.load_card,  # {learner, day, slot}
    "nudge": days.load_nudge,  # {learner, day, stage}
    "paused": silence.load_paused,  # {learner, pause}
    "silent": buddies.load_silent,  # {buddy, heard}
    "away": pause_posts.load_away,  # {pause, group}
    "promise": commitments.load_promise,  # {commitment}: the post in the group
    "preview": commitments.load_preview,  # {commitment}
    "ask": slips.load_ask,  # {commitment}: the private question at the due instant
    "alert": slips.load_alert,  # {commitment}
    "crossed": crossings.load_crossed,  # {commitment, due}: the forecast has fallen behind the date
    "board": boards.load_board,  # {group}
    "digest": digests.load_digest,  # {group, since, until, part, parts}
    "digest_head": digests.load_head,  # {group, since, until, key, parts, new}: over the thread it is in
    "setup": group_setup.load_setup,  # {group}: the checklist
    "export": exports.load_export,  # {learner, plan, format}: a plan as a file
}

# Of notices that are stored whole: what is looked up all the same, for it is much and serves a picture alone.
COMPLETERS: Final[Mapping[str, Completer]] = {"ProgressShown": progress.pictured}
