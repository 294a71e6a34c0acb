"""Every table, as SQLAlchemy Core; migrations under migrations/ follow it (`alembic check` is a test)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in, UTC on the way out; a naive value is a defect and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite forgets."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Weekdays(TypeDecorator[frozenset[int]]):
    """A set of weekdays (0 = Monday), stored as seven bits."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> int | None:
        """Set to bits."""
        return None if value is None else sum(1 << day for day in set(value))

    def process_result_value(self, value: int | None, dialect: Dialect) -> frozenset[int] | None:
        """Bits to set."""
        return None if value is None else frozenset(day for day in range(7) if value >> day & 1)


# Ids of chats and people are 64-bit on every engine; SQLite only autoincrements a plain INTEGER key.
Id: Final = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, nullable: bool = False, **kw: Any) -> Column[int]:
    return Column(name, Id, ForeignKey(f"{target}.id", ondelete="CASCADE"), nullable=nullable, **kw)


def _at(name: str, *, nullable: bool = False) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=nullable)


# --- people -----------------------------------------------------------------------------------------------------------
learners = Table(
    "learners",
    metadata,
    _id(),
    Column("name", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("zone", String(64)),  # null until told: /start asks
    Column("day_ends", Time, nullable=False),
    Column("quiet_start", Time, nullable=False),
    Column("quiet_end", Time, nullable=False),
    Column("platform", String(16), nullable=False),  # where cards go
    Column("onboarded", Boolean, nullable=False),
    _at("created_at"),
)
identities = Table(
    "identities",
    metadata,
    _id(),
    _ref("learner_id", "learners", index=True),
    Column("platform", String(16), nullable=False),
    Column("account", String(32), nullable=False),  # the platform's id of the person, and on Telegram of the private chat
    Column("username", String(64)),
    Column("reachable", Boolean, nullable=False),  # the person opened a private chat and has not blocked the bot
    UniqueConstraint("platform", "account"),
)
groups = Table(
    "groups",
    metadata,
    _id(),
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
    _at("created_at"),
    UniqueConstraint("platform", "chat"),
)
memberships = Table(
    "memberships",
    metadata,
    _ref("learner_id", "learners", primary_key=True),
    _ref("group_id", "groups", primary_key=True, index=True),
    Column("consent", String(16)),  # null until chosen: nothing is preselected, and null shows nothing
    _at("joined_at"),
    _at("left_at", nullable=True),
)
dialogues = Table(
    "dialogues",
    metadata,
    _ref("learner_id", "learners", primary_key=True),
    Column("name", String(32), nullable=False),
    Column("step", String(32), nullable=False),
    Column("data", JSON, nullable=False),
    Column("message", String(64)),  # the bot's message that asks, edited as the dialogue goes on
    _at("updated_at"),
)

# --- plans ------------------------------------------------------------------------------------------------------------
plans = Table(
    "plans",
    metadata,
    _id(),
    _ref("learner_id", "learners", index=True),
    Column("title", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    _at("created_at"),
)
tracks = Table(
    "tracks",
    metadata,
    _id(),
    _ref("plan_id", "plans", index=True),
    Column("position", Integer, nullable=False),
    Column("title", String(200), nullable=False),
)
modules = Table(
    "modules",
    metadata,
    _id(),
    _ref("track_id", "tracks", index=True),
    Column("position", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("estimate_minutes", Integer),
    Column("done_day", Date),
    _at("done_at", nullable=True),
)
sources = Table(
    "sources",
    metadata,
    _id(),
    _ref("track_id", "tracks", nullable=True, index=True),  # of a track, or ...
    _ref("module_id", "modules", nullable=True, index=True),  # ... of one module
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", String(200), nullable=False),
    Column("url", Text),
)

# --- studying ---------------------------------------------------------------------------------------------------------
slots = Table(
    "slots",
    metadata,
    _id(),
    _ref("learner_id", "learners"),
    Column("kind", String(16), nullable=False),  # main | second
    Column("wall", Time, nullable=False),
    Column("weekdays", Weekdays, nullable=False),
    Column("zone", String(64), nullable=False),
    UniqueConstraint("learner_id", "kind"),
)
sessions = Table(
    "sessions",
    metadata,
    _id(),
    _ref("learner_id", "learners"),
    Column("slot", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(32)),  # why excused
    _at("due_at"),
    _at("started_at", nullable=True),
    _at("later_until", nullable=True),
    Column("module_id", Id, ForeignKey("modules.id", ondelete="SET NULL")),  # what the card proposed
    UniqueConstraint("learner_id", "day", "slot"),
)
checkins = Table(
    "checkins",
    metadata,
    _id(),
    _ref("learner_id", "learners"),
    Column("source", String(64), nullable=False, unique=True),  # the tap or the update it came from: twice is once
    Column("day", Date, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("minutes", Integer),
    Column("module_id", Id, ForeignKey("modules.id", ondelete="SET NULL"), index=True),
    Column("note", Text, nullable=False),
    Column("links", JSON, nullable=False),
    Column("photo", Text),
    Column("late", Boolean, nullable=False),  # filled in for yesterday
    _at("at"),
    _at("edited_at", nullable=True),
    _at("undone_at", nullable=True),
    Index("ix_checkins_learner_id_day", "learner_id", "day"),
)
reviews = Table(
    "reviews",
    metadata,
    _id(),
    _ref("learner_id", "learners"),
    _ref("module_id", "modules"),
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
    _id(),
    _ref("learner_id", "learners", index=True),
    Column("group_id", Id, ForeignKey("groups.id", ondelete="SET NULL"), index=True),
    Column("source", String(64), nullable=False, unique=True),
    Column("text", String(400), nullable=False),
    Column("scope", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("consent", String(16)),  # of this promise; null until chosen in the preview
    Column("in_place", Boolean, nullable=False),  # typed in the group: the preview becomes the post
    _at("due_at"),
    Column("due_wall", DateTime, nullable=False),  # as promised, on the clock of ...
    Column("zone", String(64), nullable=False),  # ... this zone
    _at("first_due_at"),  # as first published: what reliability is measured against
    _at("created_at"),
    _at("published_at", nullable=True),
    _at("done_at", nullable=True),
    _at("slipped_at", nullable=True),  # the first due instant that passed undone, or a move inside the horizon
    _at("alerted_at", nullable=True),
    Column("own_words", String(400)),
    Index("ix_commitments_group_id_state", "group_id", "state"),
)
commitment_events = Table(
    "commitment_events",
    metadata,
    _id(),
    _ref("commitment_id", "commitments", index=True),
    Column("kind", String(16), nullable=False),
    Column("facts", JSON, nullable=False),
    _at("at"),
)
cheers = Table(
    "cheers",
    metadata,
    _ref("commitment_id", "commitments", primary_key=True),
    _ref("learner_id", "learners", primary_key=True),
    Column("kind", String(16), primary_key=True),
    _at("at"),
)

# --- in, later, out ---------------------------------------------------------------------------------------------------
inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("bot", String(32), nullable=False),
    Column("update", String(64), nullable=False),
    Column("line", String(64), nullable=False),  # whose: handled in order per line
    Column("raw", JSON, nullable=False),
    _at("sent_at"),
    _at("received_at"),
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
    _at("due_at"),
    Column("data", JSON, nullable=False),
    Index("ix_timers_due_at", "due_at"),
)
outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("key", String(128), nullable=False, unique=True),
    Column("line", String(64), nullable=False),  # one line per chat: the head of it blocks the rest
    Column("lane", Integer, nullable=False),
    Column("act", String(16), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("facts", JSON, nullable=False),
    _ref("learner_id", "learners", nullable=True),
    _ref("group_id", "groups", nullable=True),
    Column("platform", String(16), nullable=False),
    Column("topic", String(32)),
    Column("ref", String(64)),  # the message acted upon, or replied to
    Column("shows", String(64)),  # the shown message this makes or edits
    Column("public", Boolean, nullable=False),
    Column("silent", Boolean, nullable=False),
    _at("due_at"),
    _at("expires_at"),
    Column("state", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),  # how often the platform did not tell whether it arrived
    _at("lease_until", nullable=True),
    Column("owner", String(32)),
    _at("next_try_at"),
    Column("outcome", String(200)),
    _at("created_at"),
    _at("ended_at", nullable=True),
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
    _at("at"),
    Index("ix_shown_platform_ref", "platform", "ref"),
)
pulses = Table(
    "pulses",
    metadata,
    Column("name", String(64), primary_key=True),
    _at("at"),
)
outages = Table(
    "outages",
    metadata,
    _id(),
    Column("name", String(64), nullable=False),
    _at("since"),
    _at("until"),
    Index("ix_outages_until", "until"),
)
