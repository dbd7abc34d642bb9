"""Reads a group's sums from the ledger and compares them with its payments."""

from collections import defaultdict

from sqlalchemy import ARRAY, Text, bindparam, func, select, text
from sqlmodel import Session, col

from luckychit.core.money import Money
from luckychit.domain.chits.models import ChitGroup, Payment
from luckychit.domain.chits.queries.views import BooksView
from luckychit.domain.wallet import accounts

# A movement belongs to a group when it touches one of the group's own accounts;
# commission and tax accounts are the manager's and hold all groups together.
_MOVEMENTS = text(
    """
    WITH own AS (
        SELECT id FROM ledger_accounts
        WHERE currency = :currency AND owner = ANY(:owners)
          AND kind IN ('chit_pot', 'chit_prize', 'foreman_advance')
    ), moved AS (
        SELECT DISTINCT transaction_id FROM ledger_entries WHERE account_id IN (SELECT id FROM own)
    )
    SELECT t.kind AS movement, a.kind AS place, sum(e.amount_minor)::bigint AS amount_minor
    FROM moved m
    JOIN transactions t ON t.id = m.transaction_id
    JOIN ledger_entries e ON e.transaction_id = m.transaction_id
    JOIN ledger_accounts a ON a.id = e.account_id
    GROUP BY t.kind, a.kind
    """
).bindparams(bindparam("owners", type_=ARRAY(Text)))
_FROM_MEMBERS = {"chit_instalment", "chit_reversal"}


def books_of(session: Session, group: ChitGroup) -> BooksView:
    """Return what came in, where it went, and that nothing is missing.

    ``difference`` is payments received plus what the foreman advanced, less prizes,
    commission, tax and what is still in pots: zero, or it is a bug. Payments come from
    the payments' own table, everything else from the ledger.

    Args:
        session: The open transaction.
        group: The group; the caller has checked who may see it.
    """
    by_place: defaultdict[str, int] = defaultdict(int)
    received_minor = prizes_minor = 0
    for movement, place, amount_minor in session.execute(
        _MOVEMENTS, {"currency": group.currency, "owners": _owners(group)}
    ):
        by_place[place] += amount_minor
        if place == "clearing" and movement in _FROM_MEMBERS:
            received_minor -= amount_minor
        if place == "chit_prize" and movement == "chit_draw":
            prizes_minor += amount_minor
    paid_minor = session.execute(
        select(func.coalesce(func.sum(col(Payment.amount_minor)), 0)).where(
            col(Payment.group_id) == group.id
        )
    ).scalar_one()
    advanced_minor = -by_place["foreman_advance"]
    gone_minor = prizes_minor + by_place["commission"] + by_place["gst"] + by_place["chit_pot"]

    def money(amount_minor: int) -> Money:
        return Money(amount_minor, group.currency)

    return BooksView(
        received=money(received_minor),
        prizes=money(prizes_minor),
        commission=money(by_place["commission"]),
        gst=money(by_place["gst"]),
        held=money(by_place["chit_pot"]),
        advanced=money(advanced_minor),
        difference=money(int(paid_minor) + advanced_minor - gone_minor),
    )


def _owners(group: ChitGroup) -> list[str]:
    months = range(1, group.duration_months + 1)
    return [
        accounts.foreman_advance(group.id).owner,
        *(accounts.chit_pot(group.id, month).owner for month in months),
    ]
