"""Every table, as SQLAlchemy Core; migrations under migrations/ follow it (`alembic check` is a test)."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    false,
)

from bot.store.columns import Id, Weekdays, id_, instant, metadata, ref
from bot.store.machine_tables import (
    inbox,
    marks,
    outages,
    outbox,
    pulses,
    sandbox_files,
    sandbox_messages,
    sandbox_world,
    send_limits,
    shown,
    timers,
)

__all__ = [
    "buddies",
    "checkins",
    "cheers",
    "commitment_events",
    "commitments",
    "dialogues",
    "groups",
    "identities",
    "inbox",
    "learners",
    "link_codes",
    "link_moves",
    "link_tries",
    "marks",
    "memberships",
    "metadata",
    "modules",
    "outages",
    "outbox",
    "pauses",
    "plans",
    "pulses",
    "reviews",
    "sandbox_files",
    "sandbox_messages",
    "sandbox_world",
    "send_limits",
    "sessions",
    "shown",
    "slots",
    "sources",
    "timers",
    "tracks",
]

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
    Column("quiet_own", Boolean, nullable=False),  # the quiet hours are of the learner's choosing
    Column("heard_day", Date, nullable=False),  # the study day on which the learner last said or pressed anything
    Column("platform", String(16), nullable=False),  # where cards go
    Column("onboarded", Boolean, nullable=False),
    Column("reviews_a_day", Integer, nullable=False, server_default="3"),
    Column("long_reviews", Boolean, nullable=False, server_default=false()),  # reviews go on after practice, for long-term memory
    ref("linked_to", "learners", nullable=True, index=True),  # whose accounts and promises this one's are now: dormant since
    instant("linked_at", nullable=True),
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
    UniqueConstraint("learner_id", "platform"),  # one account per platform
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
    Column("server", String(32)),  # what the chat is a channel of
    Column("admin_role", String(32)),  # who has it may change the settings
    Column("digest_topic", String(32)),  # where digests go, if not where posts go; "weekly": a thread for each
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

buddies = Table(
    "buddies",
    metadata,
    id_(),
    ref("learner_id", "learners", index=True),  # who asked for a buddy
    ref("buddy_id", "learners", nullable=True, index=True),  # who said yes
    Column("code", String(16), nullable=False, unique=True),
    instant("created_at"),
    instant("confirmed_at", nullable=True),  # by the one who asked: from then on it holds
)

# --- one person on two platforms --------------------------------------------------------------------------------------
link_codes = Table(
    "link_codes",
    metadata,
    ref("learner_id", "learners", primary_key=True),  # a new code replaces the old
    Column("code", String(16), nullable=False, unique=True),
    Column("platform", String(16), nullable=False),  # where it was given out
    instant("expires_at"),
)
link_tries = Table("link_tries", metadata, id_(), ref("learner_id", "learners", index=True), instant("at"))  # wrong codes typed
link_moves = Table(
    "link_moves",
    metadata,
    id_(),
    ref("learner_id", "learners"),  # the dormant one: to whom it goes back
    Column("kind", String(16), nullable=False),
    Column("subject", Id, nullable=False),  # the row that moved or was changed
    Column("before", JSON, nullable=False),  # what is put back besides its owner
    Index("ix_link_moves_learner_id_kind", "learner_id", "kind"),
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
    ref("plan_id", "plans"),
    Column("position", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Index("ix_tracks_plan_id_position_id", "plan_id", "position", "id"),
)
modules = Table(
    "modules",
    metadata,
    id_(),
    ref("track_id", "tracks"),
    Column("position", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("estimate_minutes", Integer),
    Column("estimate_said", String(64)),  # what it was counted from: "12 videos at 25m"
    Column("done_day", Date),
    instant("done_at", nullable=True),
    instant("added_at", nullable=True),  # null where nobody wrote it down yet; what came after a promise was not promised
    Index("ix_modules_track_id_position_id", "track_id", "position", "id"),
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
    UniqueConstraint("learner_id", "day", "slot"),
)
pauses = Table(
    "pauses",
    metadata,
    id_(),
    ref("learner_id", "learners"),
    Column("kind", String(16), nullable=False),  # planned | sick | auto
    Column("first", Date, nullable=False),
    Column("last", Date),  # null while it is open: an automatic pause lasts until the learner comes back
    Column("announced", Boolean, nullable=False),
    instant("created_at"),
    Index("ix_pauses_learner_id_last", "learner_id", "last"),
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
    Column("skipped", Boolean, nullable=False, server_default=false()),  # on done_day, let go instead of done
    Column("rating", Integer),  # how well it was still known, 1 to 4; of reviews for long-term memory
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
    Column("part_of", Id, ForeignKey("commitments.id", ondelete="SET NULL"), index=True),  # the promise it was split from
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
