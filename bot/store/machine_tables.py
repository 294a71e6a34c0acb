"""Tables that the machine keeps for itself: what came in, what is due, what is to be said; and the sandbox's chat program."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    text,
)

from bot.store.columns import Id, id_, instant, metadata, ref

# --- in, later, out ---------------------------------------------------------------------------------------------------
inbox = Table(
    "inbox",
    metadata,
    id_(),
    Column("bot", String(32), nullable=False),
    Column("update", String(64), nullable=False),
    Column("line", String(64), nullable=False),  # whose: handled in order per line
    Column("raw", JSON, nullable=False),
    instant("sent_at"),
    instant("received_at"),
    Column("state", String(16), nullable=False),  # new | done | poison
    Column("attempts", Integer, nullable=False),
    Column("owner", String(32)),  # the process that is at it, where there are several, ...
    instant("lease_until", nullable=True),  # ... until then: should it die, another goes on
    UniqueConstraint("bot", "update"),
    Index("ix_inbox_new", "id", sqlite_where=text("state = 'new'"), postgresql_where=text("state = 'new'")),
)
timers = Table(
    "timers",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("subject", Id, primary_key=True, autoincrement=False),
    instant("due_at"),
    Column("data", JSON, nullable=False),
    Index("ix_timers_due_at", "due_at", "kind", "subject"),  # the order in which they are taken
)
outbox = Table(
    "outbox",
    metadata,
    id_(),
    Column("key", String(128), nullable=False, unique=True),
    Column("line", String(64), nullable=False),  # one line per chat: the head of it blocks the rest
    Column("lane", Integer, nullable=False),
    Column("act", String(16), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("facts", JSON, nullable=False),
    ref("learner_id", "learners", nullable=True),
    ref("group_id", "groups", nullable=True),
    Column("platform", String(16), nullable=False),
    Column("topic", String(32)),
    Column("ref", String(64)),  # the message acted upon, or replied to
    Column("shows", String(64)),  # the shown message this makes or edits
    Column("public", Boolean, nullable=False),
    Column("silent", Boolean, nullable=False),
    instant("due_at"),
    instant("expires_at"),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),  # how often the platform did not tell whether it arrived
    instant("lease_until", nullable=True),
    Column("owner", String(32)),
    instant("next_try_at"),
    Column("outcome", String(200)),
    instant("created_at"),
    instant("ended_at", nullable=True),
    Column("made", String(64)),  # the message that it became
    Index(
        "ix_outbox_open",
        "line",
        "id",
        sqlite_where=text("state IN ('ready', 'sending', 'uncertain')"),
        postgresql_where=text("state IN ('ready', 'sending', 'uncertain')"),
    ),
    Index(
        "ix_outbox_ready",
        "lane",
        "next_try_at",
        sqlite_where=text("state IN ('ready', 'sending', 'uncertain')"),
        postgresql_where=text("state IN ('ready', 'sending', 'uncertain')"),
    ),
    Index(
        "ix_outbox_made",
        "line",
        "ended_at",
        sqlite_where=text("made IS NOT NULL"),
        postgresql_where=text("made IS NOT NULL"),
    ),
    Index(
        "ix_outbox_aside",
        "line",
        sqlite_where=text("state IN ('abandoned', 'held')"),
        postgresql_where=text("state IN ('abandoned', 'held')"),
    ),
)
shown = Table(
    "shown",
    metadata,
    Column("key", String(64), primary_key=True),  # card:{learner}:{day}, board:{group}, promise:{commitment} ...
    Column("platform", String(16), nullable=False),
    Column("ref", String(64), nullable=False),
    Column("digest", String(64), nullable=False),  # of what it shows now: an edit without change is not sent
    instant("at"),
    Index("ix_shown_platform_ref", "platform", "ref"),
)
send_limits = Table(
    "send_limits",
    metadata,
    Column("name", String(64), primary_key=True),  # a platform, or the line of a chat
    instant("full_at"),  # bot/limits.py: the theoretical arrival time of the next message
    instant("seen_at"),  # what the clock of the furthest process said when one was last counted
    instant("blocked_until", nullable=True),  # a platform asked for silence
)
pulses = Table(
    "pulses",
    metadata,
    Column("name", String(64), primary_key=True),
    instant("at"),
)
marks = Table(
    "marks",
    metadata,
    Column("bot", String(32), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("value", JSON, nullable=False),  # what a platform's adapter wants to find again after a restart
)
outages = Table(
    "outages",
    metadata,
    id_(),
    Column("name", String(64), nullable=False),
    instant("since"),
    instant("until"),
    Index("ix_outages_until", "until"),
)

# --- the sandbox's chat program (docs/decisions/0008-sandbox.md); empty everywhere else -------------------------------
sandbox_world = Table(
    "sandbox_world",
    metadata,
    id_(),
    Column("code", String(16), nullable=False),  # another one each time the sandbox is started anew
    Column("ahead_seconds", Float, nullable=False),  # of its clock before the machine's
    Column("ready", Boolean, nullable=False),  # the first days have been played to their end
    Column("tour_step", Integer, nullable=False),
    Column("tour_shows", JSON, nullable=False),  # ids of the messages that the step is about
)
sandbox_messages = Table(
    "sandbox_messages",
    metadata,
    id_(),
    Column("ref", String(64), nullable=False, unique=True),
    Column("chat", String(32), nullable=False),  # the group, or the account whose private chat it is
    Column("author", String(32), nullable=False),
    Column("shows", JSON, nullable=False),  # as platforms/sandbox/render.py makes it
    Column("reply_to", Id),
    Column("pinned", Boolean, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("revision", Id, nullable=False, index=True),  # counts changes over all messages
    instant("at"),
    instant("edited_at", nullable=True),
    Index("ix_sandbox_messages_chat_id", "chat", "id"),
)
sandbox_files = Table(
    "sandbox_files",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
