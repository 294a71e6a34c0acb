"""Plan E: a self-hosted accountability bot."""

import zoneinfo

# Zone rules come from the pinned tzdata wheel only: the system's copy may be stale (ARCHITECTURE.md, Time).
zoneinfo.reset_tzpath(to=())
