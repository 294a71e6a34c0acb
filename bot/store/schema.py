"""Every table, as SQLAlchemy Core; migrations under migrations/ follow it (`alembic check` is a test)."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    text,
)

from bot.store.columns import Id, Weekdays, id_, instant, ref

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- people -----------------------------------------------------------------------------------------------------------
learners = Table(
    "learners",
    metadata,
    id_(),
    Column("name", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("zone", String(64)),  # null until told: /start asks
    Column("day_ends", Time, nullable=False),
    Column("quiet_start", Time, nullable=False),
    Column("quiet_end", Time, nullable=False),
    Column("platform", String(16), nullable=False),  # where cards go
    Column("onboarded", Boolean, nullable=False),
    instant("created_at"),
)
identities = Table(
    "identities",
    metadata,
    id_(),
    ref("learner_id", "learners", index=True),
    Column("platform", String(16), nullable=False),
    Column("account", String(32), nullable=False),  # the platform's id of the person, and on Telegram of the private chat
    Column("username", String(64)),
    Column("reachable", Boolean, nullable=False),  # the person opened a private chat and has not blocked the bot
    UniqueConstraint("platform", "account"),
)
groups = Table(
    "groups",
    metadata,
    id_(),
    Column("platform", String(16), nullable=False),
    Column("chat", String(32), nullable=False),
    Column("topic", String(32)),  # where posts go, in a forum
    Column("title", String(128), nullable=False),
    Column("language", String(8), nullable=False),
    Column("zone", String(64)),
    Column("digest_weekday", Integer, nullable=False),
    Column("digest_wall", Time, nullable=False),
    Column("horizon_days", Integer, nullable=False),
    Column("quiet_start", Time, nullable=False),
    Column("quiet_end", Time, nullable=False),
    Column("rights", JSON, nullable=False),  # what the platform lets the bot do here, as last told
    Column("join_code", String(32), nullable=False, unique=True),
    Column("active", Boolean, nullable=False),
    instant("created_at"),
    UniqueConstraint("platform", "chat"),
)
memberships = Table(
    "memberships",
    metadata,
    ref("learner_id", "learners", primary_key=True),
    ref("group_id", "groups", primary_key=True, index=True),
    Column("consent", String(16)),  # null until chosen: nothing is preselected, and null shows nothing
    instant("joined_at"),
    instant("left_at", nullable=True),
)
dialogues = Table(
    "dialogues",
    metadata,
    ref("learner_id", "learners", primary_key=True),
    Column("name", String(32), nullable=False),
    Column("step", String(32), nullable=False),
    Column("data", JSON, nullable=False),
    Column("message", String(64)),  # the bot's message that asks, edited as the dialogue goes on
    instant("updated_at"),
)

# --- plans ------------------------------------------------------------------------------------------------------------
plans = Table(
    "plans",
    metadata,
    id_(),
    ref("learner_id", "learners", index=True),
    Column("title", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    instant("created_at"),
)
tracks = Table(
    "tracks",
    metadata,
    id_(),
    ref("plan_id", "plans", index=True),
    Column("position", Integer, nullable=False),
    Column("title", String(200), nullable=False),
)
modules = Table(
    "modules",
    metadata,
    id_(),
    ref("track_id", "tracks", index=True),
    Column("position", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("estimate_minutes", Integer),
    Column("done_day", Date),
    instant("done_at", nullable=True),
)
sources = Table(
    "sources",
    metadata,
    id_(),
    ref("track_id", "tracks", nullable=True, index=True),  # of a track, or ...
    ref("module_id", "modules", nullable=True, index=True),  # ... of one module
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", String(200), nullable=False),
    Column("url", Text),
)

# --- studying ---------------------------------------------------------------------------------------------------------
slots = Table(
    "slots",
    metadata,
    id_(),
    ref("learner_id", "learners"),
    Column("kind", String(16), nullable=False),  # main | second
    Column("wall", Time, nullable=False),
    Column("weekdays", Weekdays, nullable=False),
    Column("zone", String(64), nullable=False),
    UniqueConstraint("learner_id", "kind"),
)
sessions = Table(
    "sessions",
    metadata,
    id_(),
    ref("learner_id", "learners"),
    Column("slot", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(32)),  # why excused
    instant("due_at"),
    instant("started_at", nullable=True),
    instant("later_until", nullable=True),
    Column("module_id", Id, ForeignKey("modules.id", ondelete="SET NULL")),  # what the card proposed
    UniqueConstraint("learner_id", "day", "slot"),
)
checkins = Table(
    "checkins",
    metadata,
    id_(),
    ref("learner_id", "learners"),
    Column("source", String(64), nullable=False, unique=True),  # the tap or the update it came from: twice is once
    Column("day", Date, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("minutes", Integer),
    Column("module_id", Id, ForeignKey("modules.id", ondelete="SET NULL"), index=True),
    Column("note", Text, nullable=False),
    Column("links", JSON, nullable=False),
    Column("photo", Text),
    Column("late", Boolean, nullable=False),  # filled in for yesterday
    instant("at"),
    instant("edited_at", nullable=True),
    instant("undone_at", nullable=True),
    Index("ix_checkins_learner_id_day", "learner_id", "day"),
)
reviews = Table(
    "reviews",
    metadata,
    id_(),
    ref("learner_id", "learners"),
    ref("module_id", "modules"),
    Column("step", Integer, nullable=False),
    Column("due_day", Date, nullable=False),
    Column("done_day", Date),
    UniqueConstraint("module_id", "step"),
    Index("ix_reviews_learner_id_due_day", "learner_id", "due_day"),
)

# --- promises ---------------------------------------------------------------------------------------------------------
commitments = Table(
    "commitments",
    metadata,
    id_(),
    ref("learner_id", "learners", index=True),
    Column("group_id", Id, ForeignKey("groups.id", ondelete="SET NULL"), index=True),
    Column("source", String(64), nullable=False, unique=True),
    Column("text", String(400), nullable=False),
    Column("scope", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("consent", String(16)),  # of this promise; null until chosen in the preview
    Column("in_place", Boolean, nullable=False),  # typed in the group: the preview becomes the post
    instant("due_at"),
    Column("due_wall", DateTime, nullable=False),  # as promised, on the clock of ...
    Column("zone", String(64), nullable=False),  # ... this zone
    instant("first_due_at"),  # as first published: what reliability is measured against
    instant("created_at"),
    instant("published_at", nullable=True),
    instant("done_at", nullable=True),
    instant("slipped_at", nullable=True),  # the first due instant that passed undone, or a move inside the horizon
    instant("alerted_at", nullable=True),
    Column("own_words", String(400)),
    Index("ix_commitments_group_id_state", "group_id", "state"),
)
commitment_events = Table(
    "commitment_events",
    metadata,
    id_(),
    ref("commitment_id", "commitments", index=True),
    Column("kind", String(16), nullable=False),
    Column("facts", JSON, nullable=False),
    instant("at"),
)
cheers = Table(
    "cheers",
    metadata,
    ref("commitment_id", "commitments", primary_key=True),
    ref("learner_id", "learners", primary_key=True),
    Column("kind", String(16), primary_key=True),
    instant("at"),
)

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
    Index("ix_timers_due_at", "due_at"),
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
