"""Who may buy what: numbers in, verdicts out. Nothing here reads or writes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from luckychit.core.errors import InvalidInput, LuckyChitError
from luckychit.core.money import Money
from luckychit.domain.fairness.lcd1.canonical import is_plain
from luckychit.domain.fairness.rules import is_client_seed
from luckychit.domain.safety import rules as safety
from luckychit.domain.safety.rules import Allowance
from luckychit.domain.tickets import errors
from luckychit.domain.tickets.models import DrawStatus
from luckychit.domain.tickets.views import POSITION_DIGITS, Order, Sold, ticket_id_of
from luckychit.domain.wallet.errors import InsufficientFunds

MOST_PER_ORDER = 100
LONGEST_KEY = 80


@dataclass(frozen=True, slots=True)
class Terms:
    """What never changes of a draw, and whether it seemed open a moment ago."""

    draw_id: str
    kind: str
    is_open: bool
    currency: str
    price_minor: int
    fee_bps: int
    most_per_person: int
    opens_at: datetime
    locks_at: datetime


class Purchase(NamedTuple):
    """What a key bought, as the database has it."""

    position: int
    quantity: int
    client_seed: str
    issued_ms: int
    total_entries_at_purchase: int


class Buyer(NamedTuple):
    """What is known of an order's buyer before the sale.

    Args:
        owner: The buyer's id as text, which is the name of the wallet.
        held: Tickets of this draw the buyer has.
        bought: What the order's key has bought already; None when it is new.
    """

    owner: str
    held: int
    bought: Purchase | None


class Accepted(NamedTuple):
    """An order that may be sold.

    Args:
        owner: The buyer's id as text.
        held: Tickets of the draw the buyer had before it.
        offset: Tickets sold before it in the same batch.
        balance_minor: What is left in the wallet after it.
    """

    owner: str
    held: int
    offset: int
    balance_minor: int


class SameAs(NamedTuple):
    """An order that repeats an accepted one of the same batch, at this place."""

    place: int


Verdict = Accepted | SameAs | Purchase | LuckyChitError


def check_order(order: Order) -> None:
    """Refuse an order whose shape is wrong, before it waits with others.

    Raises:
        InvalidInput: ``key``, ``quantity`` or ``client_seed`` has another shape.
    """
    wrong: dict[str, str] = {}
    if not is_plain(order.key) or not 1 <= len(order.key) <= LONGEST_KEY:
        wrong["key"] = f"A key is 1 to {LONGEST_KEY} plain characters."
    if type(order.quantity) is not int or not 1 <= order.quantity <= MOST_PER_ORDER:
        wrong["quantity"] = f"Choose 1 to {MOST_PER_ORDER} tickets."
    if not is_client_seed(order.client_seed):
        wrong["client_seed"] = (
            "Your phrase is 1 to 64 plain letters, digits and signs, without quotes."
        )
    if wrong:
        raise InvalidInput(wrong)


def verdicts(
    orders: Sequence[Order],
    buyers: Sequence[Buyer],
    *,
    terms: Terms,
    funds: Mapping[str, int],
    excluded: Collection[str],
    allowances: Mapping[str, Sequence[Allowance]],
    now: datetime,
) -> list[Verdict]:
    """Decide on each order in turn; what an earlier one took, a later one does not have.

    Args:
        orders: All for the draw of ``terms``, in order of arrival.
        buyers: What is known of each order's buyer, before the first of them.
        terms: The draw.
        funds: Balance in minor units of each buyer who has a wallet, by the id as text.
        excluded: Who takes a break from games, by the id as text.
        allowances: What the limits of those who set some leave, by the id as text.
        now: The moment of the sale.
    """
    sale = _Sale(terms, funds, excluded, allowances, now)
    return [
        sale.decide(place, order, buyer)
        for place, (order, buyer) in enumerate(zip(orders, buyers, strict=True))
    ]


def outcome_of(status: str, *, is_winner: bool) -> str:
    """Return what became of a ticket: waiting, won, lost or refunded.

    Args:
        status: Of its draw: open, locked, drawn or void.
        is_winner: The ticket, or one of its owner's, is the one that was drawn.
    """
    if status == DrawStatus.DRAWN.value:
        return "won" if is_winner else "lost"
    return "refunded" if status == DrawStatus.VOID.value else "waiting"


def tickets_note(draw_id: str, first: int, quantity: int) -> str:
    """Return how a wallet's line names tickets: ``DDL-20261121-00042 to 00044``.

    Args:
        draw_id: Of the draw.
        first: Position of the first, from 1.
        quantity: How many, at least 1.
    """
    last = first + quantity - 1
    until = f" to {last:0{POSITION_DIGITS}d}" if quantity > 1 else ""
    return ticket_id_of(draw_id, first) + until


def repeated(answer: Sold | LuckyChitError) -> Sold | LuckyChitError:
    """Return the answer to who sends the same purchase a second time."""
    return answer._replace(balance=None, is_repeat=True) if isinstance(answer, Sold) else answer


@dataclass(slots=True)
class _Person:
    """What a buyer has left, and has bought in this batch. One look-up for each order."""

    funds_minor: int
    bought: int = 0
    by_key: dict[str, tuple[int, Order]] = field(default_factory=dict)


class _Sale:
    """The running totals of one batch."""

    def __init__(
        self,
        terms: Terms,
        funds: Mapping[str, int],
        excluded: Collection[str],
        allowances: Mapping[str, Sequence[Allowance]],
        now: datetime,
    ) -> None:
        self.terms = terms
        self.excluded = excluded
        self.allowances = allowances
        self.now = now
        self.is_selling = terms.is_open and terms.opens_at <= now < terms.locks_at
        self.sold = 0
        self.people = {owner: _Person(minor) for owner, minor in funds.items()}
        self.no_money = _Person(0)

    def decide(self, place: int, order: Order, buyer: Buyer) -> Verdict:
        """Return what becomes of one order, and count it when it is accepted."""
        if buyer.bought is not None:
            first = (buyer.bought.quantity, buyer.bought.client_seed)
            is_same = first == (order.quantity, order.client_seed)
            return buyer.bought if is_same else errors.KeyReused(draw_id=order.draw_id)
        person = self.people.get(buyer.owner, self.no_money)
        earlier = person.by_key.get(order.key)
        if earlier is not None:
            is_same = order == earlier[1]
            return SameAs(earlier[0]) if is_same else errors.KeyReused(draw_id=order.draw_id)
        return self._refusal(order, buyer, person) or self._accept(place, order, buyer, person)

    def _refusal(self, order: Order, buyer: Buyer, person: _Person) -> LuckyChitError | None:
        limit = self.terms.most_per_person
        if self.excluded and buyer.owner in self.excluded:
            return errors.SelfExcluded(draw_id=order.draw_id)
        if not self.is_selling:
            return errors.DrawClosed(draw_id=order.draw_id)
        if buyer.held + person.bought + order.quantity > limit:
            return errors.LimitReached(draw_id=order.draw_id, limit=limit)
        if self.allowances and buyer.owner in self.allowances:
            refused = self._beyond_allowance(order, buyer, person)
            if refused is not None:
                return refused
        if person.funds_minor < order.quantity * self.terms.price_minor:
            return InsufficientFunds(user_id=order.user_id, currency=self.terms.currency)
        return None

    def _beyond_allowance(
        self, order: Order, buyer: Buyer, person: _Person
    ) -> LuckyChitError | None:
        """Refuse what the buyer's own limits do not cover, after the batch's orders so far."""
        price_minor = self.terms.price_minor
        so_far = [
            one._replace(used_minor=one.used_minor + person.bought * price_minor)
            for one in self.allowances[buyer.owner]
        ]
        tightest = safety.tightest(so_far)
        if order.quantity * price_minor <= tightest.left_minor:
            return None
        left = Money(tightest.left_minor, self.terms.currency)
        return safety.play_refusal(tightest, left=left, now=self.now)

    def _accept(self, place: int, order: Order, buyer: Buyer, person: _Person) -> Accepted:
        offset, held = self.sold, buyer.held + person.bought
        self.sold += order.quantity
        person.bought += order.quantity
        person.funds_minor -= order.quantity * self.terms.price_minor
        person.by_key[order.key] = place, order
        return Accepted(buyer.owner, held, offset, person.funds_minor)
