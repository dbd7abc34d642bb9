"""What the tab knows of the daily draw, and buying its tickets."""

from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from luckychit.core import clock, errors, limits
from luckychit.core.money import Money
from luckychit.domain.lottery import queries as lottery
from luckychit.domain.lottery import service
from luckychit.domain.safety import queries as safety
from luckychit.domain.tickets import errors as tickets
from luckychit.domain.tickets.views import Sold
from luckychit.domain.users.service import Actor
from luckychit.domain.wallet import errors as wallet
from luckychit.ui import errors as ui_errors
from luckychit.ui import live, orders, session, text, toasts
from luckychit.ui.pages.draw.games import UTC_ZONE, ticket_number
from luckychit.ui.pages.member_lottery.daily import (
    MOST_AT_ONCE,
    MOST_SHOWN,
    PAST,
    STUBS,
    Daily,
    LatestText,
    PastDayText,
    StubText,
    TodayText,
    read_daily,
)
from luckychit.ui.paging import Formed

LONGEST_PHRASE = 64
LONGEST_KEY = 80
_CONFIRM = "buy"
# A page that outlived the server may still ask what the server no longer knows.


@dataclass
class QuoteText:
    """What is about to be bought, to be confirmed."""

    draw_id: str = ""
    quantity: str = ""
    client_seed: str = ""
    tickets: str = ""
    total: str = ""
    words: str = ""
    left: str = ""
    day: str = ""


@dataclass
class RefusalText:
    """Why nothing was bought; ``kind`` funds has a way out of its own.

    ``draw_id`` is the draw that was asked for.
    """

    kind: str = ""
    words: str = ""
    draw_id: str = ""


class PlayState(Formed, rx.State):
    """Today's draw, own tickets, the result of the day before, and the days before that."""

    is_ready: bool = False
    today: TodayText = TodayText()
    latest: LatestText = LatestText()
    plays: bool = False
    stubs: list[StubText] = []
    more_stubs: str = ""
    past: list[PastDayText] = []
    has_older: bool = False
    quote: QuoteText = QuoteText()
    refusal: RefusalText = RefusalText()
    _awaited: str = ""
    _stub_count: int = STUBS
    _past_count: int = PAST

    @rx.event
    async def load(self) -> Any:
        """Read the daily draw; the result that was waited for is played on top."""
        actor = await session.actor(self, "member")
        found = await session.call(
            read_daily, actor, clock.now(), stubs=self._stub_count, past=self._past_count
        )
        if found.today.draw_id != self.today.draw_id:
            self.problems = {}
            if not _is_of_last_night(self.refusal, found):
                self.refusal = RefusalText()
        is_awaited = found.latest.draw_id != "" and found.latest.draw_id == self._awaited
        is_new = is_awaited and found.latest.kind == "drawn"
        if is_new:
            self.plays = True
        elif found.latest.draw_id != self.latest.draw_id:
            self.plays = False
        self._awaited = (
            found.latest.draw_id if found.latest.kind == "waiting" else found.today.draw_id
        )
        self.today, self.latest = found.today, found.latest
        self.stubs, self.more_stubs = found.stubs, found.more_stubs
        self.past, self.has_older = found.past, found.has_older
        is_fresh, self.is_ready = not self.is_ready, True
        if is_fresh:
            return orders.close_dialog(_CONFIRM)
        return orders.to_top() if is_new else None

    @rx.event
    async def ask(self, form: dict[str, Any]) -> Any:
        """Say what the chosen tickets cost and open the question, or say why not."""
        actor = await session.actor(self, "member")
        self.problems, self.refusal = {}, RefusalText()
        quantity = _quantity(session.typed_text(form, "quantity", 8))
        phrase = session.typed_text(form, "client_seed", LONGEST_PHRASE + 1)
        try:
            self.quote = await session.call(_quote, actor, quantity, phrase)
        except errors.InvalidInput as exc:
            return self._mark(exc)
        except errors.Refused as exc:
            return self._refuse(exc, self.today.draw_id)
        return [ui_errors.idle(), orders.open_dialog(_CONFIRM)]

    @rx.event
    async def buy(self, form: dict[str, Any]) -> Any:
        """Buy what was confirmed; the same key never buys twice."""
        actor = await session.actor(self, "member")
        await limits.require(limits.PURCHASES, str(actor.user_id))
        self.problems, self.refusal = {}, RefusalText()
        draw_id = session.typed_text(form, "draw_id", 40)
        try:
            sold = await session.call(
                service.buy,
                actor=actor,
                key=session.typed_text(form, "key", LONGEST_KEY + 1),
                draw_id=draw_id,
                quantity=_quantity(session.typed_text(form, "quantity", 8)),
                client_seed=session.typed_text(form, "client_seed", LONGEST_PHRASE + 1),
            )
        except errors.InvalidInput as exc:
            self._mark(exc)
            return ui_errors.done(_CONFIRM)
        except errors.Refused as exc:
            return [*self._refuse(exc, draw_id), ui_errors.done(_CONFIRM), PlayState.load]
        await live.tell_other_pages(self, actor)
        return [ui_errors.done(_CONFIRM), _thanks(sold), PlayState.load]

    @rx.event
    async def show_more_tickets(self) -> Any:
        """Show more of the own tickets of today."""
        await session.actor(self, "member")
        self._stub_count = min(self._stub_count + STUBS * 2, MOST_SHOWN)
        return PlayState.load

    @rx.event
    async def show_older(self) -> Any:
        """Show more of the finished days."""
        await session.actor(self, "member")
        self._past_count = min(self._past_count + PAST * 2, MOST_SHOWN)
        return PlayState.load

    @rx.event
    async def put_away(self) -> None:
        """Let a result that was seen go to its place among the others."""
        await session.actor(self, "member")
        self.plays = False

    def _refuse(self, exc: errors.Refused, draw_id: str) -> list[Any]:
        """Say kindly, where one buys, why nothing was bought."""
        self.refusal = replace(refusal_of(exc), draw_id=draw_id)
        return [ui_errors.idle()]


def _is_of_last_night(refusal: RefusalText, found: Daily) -> bool:
    """Tell whether somebody came too late for the draw that has just closed.

    In the second before the next one opens there is none on the page, and the closed one is
    not among the finished ones yet.
    """
    is_between = found.today.draw_id == ""
    return refusal.kind == "closed" and (is_between or refusal.draw_id == found.latest.draw_id)


def refusal_of(exc: errors.Refused) -> RefusalText:
    """Return the refusal of a purchase in words for its buyer."""
    if isinstance(exc, wallet.InsufficientFunds):
        return RefusalText("funds", "There is not enough in your wallet for that.")
    if isinstance(exc, tickets.DrawClosed):
        return RefusalText(
            "closed",
            "That draw closed before this came in, so nothing was bought. "
            "The next one follows at once.",
        )
    if isinstance(exc, tickets.KeyReused):
        return RefusalText(
            "again", "This was sent once already. See your tickets below before you buy more."
        )
    return RefusalText("no", exc.message)


def _quantity(typed: str) -> int:
    """Return what was typed as a number; 0, which is refused, when it is none."""
    return int(typed) if typed.isascii() and typed.isdecimal() else 0


def _quote(actor: Actor, quantity: int, phrase: str) -> QuoteText:
    view = lottery.today(actor=actor, now=clock.now())
    draw = view.draw
    if not 1 <= quantity <= MOST_AT_ONCE:
        raise errors.InvalidInput({"quantity": f"Choose 1 to {MOST_AT_ONCE} tickets."})
    if not 1 <= len(phrase) <= LONGEST_PHRASE or not (phrase.isascii() and phrase.isprintable()):
        raise errors.InvalidInput(
            {"client_seed": "Use 1 to 64 plain letters, digits and signs for your phrase."}
        )
    if draw is None:
        raise tickets.DrawClosed
    if view.excluded_until is not None:
        raise tickets.SelfExcluded
    if quantity > view.left_to_buy:
        raise tickets.LimitReached(limit=draw.most_per_person)
    total = draw.price * quantity
    safety.check_spending(actor=actor, amount=total, now=clock.now())
    if view.balance < total:
        raise wallet.InsufficientFunds(wanted_minor=total.amount_minor)
    return QuoteText(
        draw_id=draw.draw_id,
        quantity=str(quantity),
        client_seed=phrase,
        tickets=text.count(quantity, "ticket"),
        total=total.text(),
        words=_spoken(total),
        left=(view.balance - total).text(),
        day=text.short_day(draw.opens_at, UTC_ZONE),
    )


def _spoken(total: Money) -> str:
    return total.words().capitalize()


def _thanks(sold: Sold) -> Any:
    first, last = sold.ticket_ids[0], sold.ticket_ids[-1]
    if sold.quantity == 1:
        words = f"Ticket {ticket_number(first)} is yours."
    else:
        numbers = f"{ticket_number(first)} to {ticket_number(last)}"
        words = f"Tickets {numbers} are yours."
    return toasts.success(
        words,
        description=f"For {sold.cost.text()}. Good luck.",
        duration=8_000,
        action={"label": "See it", "href": f"/tickets/{first}"},
    )
