"""Which lock the leader of the jobs holds, and whether anybody holds it."""

from sqlalchemy import text
from sqlmodel import Session

LEADER_LOCK = 7_218_094_513
# Source: PostgreSQL manual, pg_locks: a bigint key is shown in two halves, objsubid is 1.
_HELD = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND classid = :high AND objid = :low AND objsubid = 1)"
)


def is_led(session: Session) -> bool:
    """Tell whether a worker leads the jobs now."""
    halves = {"high": LEADER_LOCK >> 32, "low": LEADER_LOCK & 0xFFFFFFFF}
    return bool(session.execute(_HELD, halves).scalar_one())
