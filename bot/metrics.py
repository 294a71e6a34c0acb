"""What the operator can see from outside, in Prometheus' terms; the web server shows it under /metrics."""

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("plan_e_updates_received", "Updates stored in the inbox")
HANDLED = Counter("plan_e_updates_handled", "Updates handled")
HANDLING_CRASHES = Counter("plan_e_handling_crashes", "Updates whose handling broke")
TIMERS_FIRED = Counter("plan_e_timers_fired", "Timers handled", ["kind"])
TICK_SECONDS = Histogram("plan_e_tick_seconds", "How long a tick took")
SENDS = Counter("plan_e_sends", "What became of things sent", ["platform", "act", "outcome"])
DEAF_SECONDS = Gauge("plan_e_deaf_seconds", "Seconds since a platform was last heard", ["bot"])
DATABASE_ERRORS = Counter("plan_e_database_errors", "Database errors met in a loop", ["loop"])
