"""What the operator can see from outside, in Prometheus' terms; the web server shows it under /metrics."""

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("plan_e_updates_received", "Updates stored in the inbox")
HANDLED = Counter("plan_e_updates_handled", "Updates handled")
HANDLING_CRASHES = Counter("plan_e_handling_crashes", "Updates whose handling broke")
TIMERS_FIRED = Counter("plan_e_timers_fired", "Timers handled", ["kind"])
TICK_SECONDS = Histogram("plan_e_tick_seconds", "How long a tick took")
SENDS = Counter("plan_e_sends", "What became of things sent", ["platform", "act", "outcome"])
CARD_LATENESS = Histogram(
    "plan_e_card_lateness_seconds",
    "How long after its slot a morning card was sent",
    ["platform"],
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 7200),  # two hours late is the last that is sent (PRODUCT.md)
)
DEAF_SECONDS = Gauge("plan_e_deaf_seconds", "Seconds since a platform was last heard", ["bot"])
DATABASE_ERRORS = Counter("plan_e_database_errors", "Database errors met in a loop", ["loop"])
INBOX_WAITING = Gauge("plan_e_inbox_waiting", "Updates stored and not handled yet")
INBOX_AGE = Gauge("plan_e_inbox_age_seconds", "Age of the oldest update that is not handled yet")
OUTBOX_OPEN = Gauge("plan_e_outbox_open", "Messages that have not ended, by state and lane", ["state", "lane"])
OLDEST_READY = Gauge("plan_e_outbox_oldest_ready_seconds", "For how long the message waits that may go and has waited longest")
TIMERS_DUE = Gauge("plan_e_timers_due", "Timers that are due and not handled yet")
