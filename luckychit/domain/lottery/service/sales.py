"""Buying tickets of the daily draw: who may, and with what. The combiner does the rest."""

import asyncio

from luckychit.domain.actors import Actor, require
from luckychit.domain.lottery import rules
from luckychit.domain.safety.operations import admit
from luckychit.domain.tickets import combiner
from luckychit.domain.tickets import service as tickets
from luckychit.domain.tickets.errors import DrawUnknown
from luckychit.domain.tickets.views import Order, Sold


def buy(*, actor: Actor, key: str, draw_id: str, quantity: int, client_seed: str) -> Sold:
    """Buy tickets of a daily draw; returns once they are committed.

    Repeating with the same key returns the same tickets and takes nothing.

    Args:
        actor: A member.
        key: Made before sending: 1 to 80 printable ASCII characters without
            double quote and backslash.
        draw_id: Of the draw the buyer saw, so that a repeat after midnight stays the same.
        quantity: 1 to 100.
        client_seed: The buyer's own phrase: 1 to 64 printable ASCII characters without
            double quote and backslash. It becomes public.

    Raises:
        SignInNeeded: Nobody acts.
        NotAllowed: The actor is not a member.
        InvalidInput: key, quantity or client_seed has a wrong shape.
        DrawUnknown: There is no such daily draw.
        DrawClosed: It does not sell now.
        LimitReached: More than one person may have in one draw.
        SelfExcluded: The member takes a break from games.
        PlayLimitReached: It would pass a limit that the member set.
        CountryBlocked, CountryUnknown, AgeUnknown, TooYoung: The member may not play.
        InsufficientFunds: The wallet holds less than the price.
        KeyReused: The key named another purchase before.
        Busy: Somebody held the draw or the wallet for more than three seconds.
    """
    return tickets.buy(_order(actor, key, draw_id, quantity, client_seed))


def submit_async(
    *, actor: Actor, key: str, draw_id: str, quantity: int, client_seed: str
) -> asyncio.Future[Sold]:
    """Do as :func:`buy` from a running event loop, without a thread that waits.

    Shapes are checked at once; the future carries the tickets or the refusal.
    """
    return combiner.submit_async(_order(actor, key, draw_id, quantity, client_seed))


def _order(actor: Actor, key: str, draw_id: str, quantity: int, client_seed: str) -> Order:
    require(actor, "member")
    admit(actor)
    if rules.day_of(draw_id) is None:
        raise DrawUnknown(draw_id=str(draw_id)[:80])
    return Order(draw_id, actor.user_id, key, quantity, client_seed)
