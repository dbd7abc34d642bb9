"""What circles hold of one person, and what in them keeps an account open."""

import uuid

from sqlalchemy import text
from sqlmodel import Session

from luckychit.domain.users import closing, holdings

_SEATS = text(
    "SELECT g.name AS circle, g.id AS group_id, g.status, s.seat_number, s.client_seed,"
    " s.joined_at FROM group_members s JOIN chit_groups g ON g.id = s.group_id"
    " WHERE s.user_id = :user_id ORDER BY s.joined_at, s.id"
)
_DUES = text(
    "SELECT g.name AS circle, s.seat_number, d.instalment, d.due_on, d.amount_minor,"
    " d.paid_minor, g.currency, d.paid_at FROM dues d"
    " JOIN group_members s ON s.id = d.seat_id JOIN chit_groups g ON g.id = d.group_id"
    " WHERE s.user_id = :user_id ORDER BY g.created_at, s.seat_number, d.instalment"
)
_PAYMENTS = text(
    "SELECT g.name AS circle, s.seat_number, p.amount_minor, p.currency, p.method, p.reference,"
    " p.receipt_code, p.reverses_id, p.reason, p.received_at, p.recorded_at FROM payments p"
    " JOIN group_members s ON s.id = p.seat_id JOIN chit_groups g ON g.id = p.group_id"
    " WHERE p.user_id = :user_id ORDER BY p.recorded_at, p.id"
)
_PRIZES = text(
    "SELECT g.name AS circle, s.seat_number, d.instalment, d.draw_id, d.prize_minor,"
    " d.paid_out_minor, g.currency, d.drawn_at FROM monthly_draws d"
    " JOIN group_members s ON s.id = d.winner_seat_id JOIN chit_groups g ON g.id = d.group_id"
    " WHERE s.user_id = :user_id ORDER BY d.drawn_at, d.id"
)
_PAYOUTS = text(
    "SELECT g.name AS circle, d.instalment, p.net_minor, p.currency, p.method, p.reference,"
    " p.paid_at, p.confirmed_at FROM prize_payouts p"
    " JOIN monthly_draws d ON d.id = p.monthly_draw_id"
    " JOIN group_members s ON s.id = d.winner_seat_id JOIN chit_groups g ON g.id = d.group_id"
    " WHERE s.user_id = :user_id ORDER BY p.paid_at, p.id"
)
_MANAGED = text(
    "SELECT id AS group_id, name, status, currency, monthly_installment_minor, max_members,"
    " created_at, started_at, completed_at FROM chit_groups WHERE manager_id = :user_id"
    " ORDER BY created_at, id"
)
_UNFINISHED_SEAT = text(
    "SELECT g.name FROM group_members s JOIN chit_groups g ON g.id = s.group_id"
    " WHERE s.user_id = :user_id AND g.status <> 'completed' ORDER BY g.name LIMIT 1"
)
_UNFINISHED_GROUP = text(
    "SELECT name FROM chit_groups WHERE manager_id = :user_id AND status <> 'completed'"
    " ORDER BY name LIMIT 1"
)
_UNPAID_PRIZE = text(
    "SELECT g.name FROM monthly_draws d JOIN group_members s ON s.id = d.winner_seat_id"
    " JOIN chit_groups g ON g.id = d.group_id"
    " WHERE s.user_id = :user_id AND d.paid_out_minor < d.prize_minor ORDER BY g.name LIMIT 1"
)


@closing.register
def unfinished(session: Session, user_id: uuid.UUID) -> str | None:
    """Object while a circle goes on that the person sits in, runs, or has a prize from."""
    said = (
        (_UNFINISHED_SEAT, "You have a seat in {name}, which goes on."),
        (_UNFINISHED_GROUP, "You run {name}, which goes on."),
        (_UNPAID_PRIZE, "A prize of {name} is not paid out to you yet."),
    )
    for asked, sentence in said:
        name = session.execute(asked, {"user_id": user_id}).scalar()
        if name is not None:
            return sentence.format(name=name)
    return None


for _name, _query in (
    ("seats", _SEATS),
    ("dues", _DUES),
    ("payments", _PAYMENTS),
    ("prizes", _PRIZES),
    ("payouts", _PAYOUTS),
    ("circles_managed", _MANAGED),
):
    holdings.register_query(_name, _query)
