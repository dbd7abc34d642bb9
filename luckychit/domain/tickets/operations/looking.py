"""What a sale must know before it decides, asked of the database in one trip."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from luckychit.core import clock, driver
from luckychit.domain.safety import operations as safety
from luckychit.domain.tickets.rules import Buyer, Purchase, Terms
from luckychit.domain.tickets.views import Order
from luckychit.domain.wallet import accounts
from luckychit.domain.wallet import operations as wallet
from luckychit.domain.wallet.statements import texts

MOST_REMEMBERED = 1_000

# Until the end of the transaction. Plans are kept by the connection, and those of a draw's
# first minute must not read the whole draw later: each row is looked up by an index. And a
# worker that is frozen in a sale must not hold its locks for longer than in any transaction
# (db.IDLE_TIMEOUT_MS): in a trip PostgreSQL never thinks it idle, so the whole is limited.
# There is a row also when there is no such draw: all is set before anything is locked.
_TERMS = text(
    "SELECT draw_id, kind, status = 'open' AS is_open, currency, price_minor, fee_bps,"
    " most_per_person, opens_at, locks_at,"
    " (SELECT count(set_config(name, value, true)) FROM (VALUES"
    " ('transaction_timeout', '30000'), ('enable_seqscan', 'off'), ('enable_bitmapscan', 'off'),"
    " ('enable_sort', 'off'), ('enable_hashjoin', 'off'), ('enable_mergejoin', 'off'))"
    " AS setting (name, value))"
    " FROM (SELECT CAST(:draw_id AS text) AS id) AS asked LEFT JOIN draws ON draw_id = asked.id"
)
# Per order one look into each of two indexes: how many tickets the buyer has, and what the
# key bought. Both are asked for by order, not by equality: to the planner, who may have seen
# an empty table or another day's, the other index or a sort would seem as good, and the kept
# plan would read all tickets of a buyer. Only the index wanted has the order.
_BUYERS = text(
    "SELECT coalesce(newest.held_count, 0), bought.position, bought.quantity,"
    " bought.client_seed, bought.issued_ms, bought.total_entries_at_purchase"
    " FROM unnest(CAST(:user_ids AS uuid[]), CAST(:keys AS text[]))"
    " WITH ORDINALITY AS asked (user_id, key, place)"
    " LEFT JOIN LATERAL (SELECT held_count FROM tickets t"
    "  WHERE (t.user_id, t.draw_id, t.held_count) >= (asked.user_id, :draw_id, 0)"
    "  AND (t.user_id, t.draw_id, t.held_count) <= (asked.user_id, :draw_id, 2147483647)"
    "  ORDER BY t.user_id DESC, t.draw_id DESC, t.held_count DESC LIMIT 1) newest ON true"
    " LEFT JOIN LATERAL (SELECT * FROM tickets t"
    "  WHERE (t.user_id, t.draw_id, t.key) >= (asked.user_id, :draw_id, asked.key)"
    "  AND (t.user_id, t.draw_id, t.key) <= (asked.user_id, :draw_id, asked.key)"
    "  ORDER BY t.user_id, t.draw_id, t.key LIMIT 1) bought ON true"
    " ORDER BY asked.place"
)

# The wallets can be asked for with the draw only if its currency is known. It never changes
# (``draw_moves_forward``); the first sale of each draw asks first.
_currencies: dict[str, str] = {}


class Known(NamedTuple):
    """What a sale decides on.

    Args:
        terms: The draw.
        till: The buyers' wallets, locked, and the draw's pot and the house.
        buyers: Of each order, in their order.
        players: Who of them takes a break, and what the limits of the others leave.
    """

    terms: Terms
    till: wallet.Till
    buyers: list[Buyer]
    players: safety.Buyers


def looked_up(session: Session, orders: Sequence[Order]) -> Known | None:
    """Lock the buyers' wallets and return what a sale to them must know.

    Args:
        session: The open transaction.
        orders: Of one draw.

    Returns:
        None when there is no such draw.
    """
    draw_id = orders[0].draw_id
    currency = _currencies.get(draw_id)
    if currency is None:
        terms = _terms(driver.ask(session, _TERMS, {"draw_id": draw_id}))
        if terms is None:
            return None
        currency = _remembered(draw_id, terms.currency)
    return _asked_at_once(session, orders, currency)


def _remembered(draw_id: str, currency: str) -> str:
    if len(_currencies) >= MOST_REMEMBERED:
        _currencies.clear()
    _currencies[draw_id] = currency
    return currency


def _asked_at_once(session: Session, orders: Sequence[Order], currency: str) -> Known | None:
    draw_id = orders[0].draw_id
    owners = [str(order.user_id) for order in orders]
    shared = accounts.pot(draw_id), accounts.house()
    with driver.one_trip(session):
        terms_asked = driver.ask(session, _TERMS, {"draw_id": draw_id})
        till_asked = wallet.ask_till(session, set(owners), currency, shared)
        buyers_asked = driver.ask(
            session,
            _BUYERS,
            {
                "draw_id": draw_id,
                "user_ids": texts(owners),
                "keys": texts([order.key for order in orders]),
            },
        )
        players_asked = safety.ask_buyers(session, owners, currency, clock.now())
    terms = _terms(terms_asked)
    if terms is None:
        return None
    if terms.currency != currency:
        # Remembered from another database.
        return _asked_at_once(session, orders, _remembered(draw_id, terms.currency))
    buyers = [
        Buyer(owner, row[0], None if row[1] is None else Purchase(*row[1:]))
        for owner, row in zip(owners, buyers_asked.rows(), strict=True)
    ]
    players = safety.read_buyers(players_asked)
    return Known(terms, wallet.opened(session, till_asked), buyers, players)


def _terms(asked: driver.Asked) -> Terms | None:
    ((*found, _),) = asked.rows()
    return None if found[0] is None else Terms(*found)
