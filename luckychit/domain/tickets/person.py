"""What draws hold of one person, and what in them keeps an account open."""

import uuid

from sqlalchemy import text
from sqlmodel import Session

from luckychit.domain.users import closing, holdings

# It is asked first, so that a sale under way has ended when tickets are looked for.
from luckychit.domain.wallet import person as wallet_person

__all__ = ["running", "wallet_person"]

_TICKETS = text(
    "SELECT t.draw_id, t.position, d.kind AS draw_kind, d.status AS draw_status,"
    " d.price_minor, d.currency, t.client_seed,"
    " to_timestamp(t.issued_ms / 1000.0) AS issued_at,"
    " encode(t.seal, 'hex') AS seal, d.winning_position = t.position AS has_won"
    " FROM tickets t JOIN draws d USING (draw_id)"
    " WHERE t.user_id = :user_id ORDER BY d.opens_at, t.draw_id, t.position"
)
_RUNNING = text(
    "SELECT t.draw_id FROM tickets t JOIN draws d USING (draw_id)"
    " WHERE t.user_id = :user_id AND d.status IN ('open','locked') LIMIT 1"
)


@closing.register
def running(session: Session, user_id: uuid.UUID) -> str | None:
    """Object while the person has a ticket in a draw that has not ended."""
    found = session.execute(_RUNNING, {"user_id": user_id}).scalar()
    return f"You have a ticket in {found}, which is not drawn yet." if found else None


holdings.register_query("tickets", _TICKETS)
