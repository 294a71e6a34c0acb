"""Where a SQLite file lies, and whether it is safe there."""

import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

# On these, SQLite's locks and shared memory do not work as WAL needs them (sqlite.org/wal.html, "Disadvantages").
_NETWORKED: Final = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "fuse.glusterfs"}
# sqlite.org/wal.html, "The WAL-reset bug": two processes that write and checkpoint at the same moment could lose a commit.
_WAL_RESET_FIXED: Final = (3, 51, 3)
_WAL_RESET_BACKPORTS: Final = ((3, 50, 7), (3, 44, 6))


class UnsafePlace(Exception):
    """A SQLite file must not lie there."""


def path_of(url: str) -> Path | None:
    """The file of a SQLite URL; None for another database and for one in memory."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        return None
    return Path(str(parsed.database)).resolve()


def refuse_network(path: Path, *, mounts: str | None = None) -> None:
    """Raise UnsafePlace where `path` lies on a network file system. `mounts` is the text of /proc/self/mounts."""
    table = Path("/proc/self/mounts")
    text = mounts if mounts is not None else (table.read_text() if table.exists() else "")
    best, kind = "", ""
    for line in text.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        point = fields[1].encode().decode("unicode_escape")
        if (path == Path(point) or Path(point) in path.parents) and len(point) >= len(best):
            best, kind = point, fields[2]
    if kind in _NETWORKED:
        raise UnsafePlace(
            f"{path} lies on a network file system ({kind}), where SQLite loses data; use a local disk or PostgreSQL"
        )


def has_wal_reset_bug(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite may lose a commit when a second process writes or checkpoints the same file."""
    if version >= _WAL_RESET_FIXED:
        return False
    return not any(version[:2] == fixed[:2] and version >= fixed for fixed in _WAL_RESET_BACKPORTS)
