"""The daily draw in words, for one player."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from luckychit.core import clock
from luckychit.domain.fairness import queries as fairness
from luckychit.domain.lottery import queries as lottery
from luckychit.domain.lottery.views import MyDraw, PastDraw, TodayView
from luckychit.domain.safety import queries as safety
from luckychit.domain.tickets.views import DrawView, TicketView
from luckychit.domain.users.service import Actor
from luckychit.ui import text
from luckychit.ui.pages.draw.games import UTC_ZONE, closed_words, ticket_number
from luckychit.ui.pages.member_shared.pause import break_words

MOST_AT_ONCE = 100
STUBS = 20
PAST = 5
MOST_SHOWN = 100


@dataclass
class TodayText:
    """Today's draw, ready to draw.

    ``gate`` is what the player can do now: ``open`` buy, ``limit`` has all one may have,
    ``break`` takes a break from games, ``between`` no draw sells at this moment.
    """

    gate: str = "between"
    draw_id: str = ""
    href: str = ""
    day: str = ""
    price: str = ""
    price_minor: int = 0
    currency: str = "USD"
    balance: str = ""
    balance_minor: int = 0
    prize: str = ""
    mine: int = 0
    entry_count: int = 0
    most: int = 1
    locks_ms: int = 0
    share: str = ""
    fewest: str = ""
    gate_words: str = ""
    commit_hash: str = ""
    limit_left: str = ""


@dataclass
class StubText:
    """One own ticket as a stub."""

    ticket_id: str = ""
    number: str = ""
    href: str = ""
    phrase: str = ""


@dataclass
class LatestText:
    """The draw before today's.

    ``kind``: ``none``, ``waiting`` (closed, its result is coming), ``drawn`` or ``void``.
    """

    kind: str = "none"
    draw_id: str = ""
    title: str = ""
    href: str = ""
    head: str = ""
    outcome: str = ""  # of this player: waiting, won, lost, refunded, "" without a ticket
    words: str = ""
    winner: str = ""
    winner_href: str = ""
    prize: str = ""
    entry_words: str = ""
    names: str = "{}"
    beacon_ms: int = 0
    commit_hash: str = ""
    lock_hash: str = ""


@dataclass
class PastDayText:
    """A finished day, with ``winner``, ``prize`` and ``when`` as in every list of draws."""

    draw_id: str = ""
    href: str = ""
    title: str = ""
    winner: str = ""
    prize: str = ""
    when: str = ""
    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class Daily:
    """Everything the tab says of the daily draw."""

    today: TodayText
    latest: LatestText
    stubs: list[StubText]
    more_stubs: str
    past: list[PastDayText]
    has_older: bool


def read_daily(actor: Actor, now: datetime, *, stubs: int = STUBS, past: int = PAST) -> Daily:
    """Read the daily draw as this player sees it.

    Args:
        actor: The member.
        now: The present moment.
        stubs: How many own tickets to show.
        past: How many finished days to show.
    """
    view = lottery.today(actor=actor, now=now)
    known = [draw.proof_id for draw in (view.draw, view.latest) if draw and draw.proof_id]
    hashes = {
        proof_id: (proof.commit_log_hash, proof.lock_log_hash or "", proof.beacon_at)
        for proof_id, proof in fairness.proofs(known).items()
    }
    own, more = [], ""
    if view.draw is not None and view.odds.mine:
        page = lottery.my_tickets(actor=actor, draw_id=view.draw.draw_id, limit=stubs)
        own, more = [stub_of(ticket) for ticket in page.items], page.after or ""
    days = lottery.history(limit=past + 2)
    mine = {one.draw.draw_id: one for one in lottery.my_draws(actor=actor, limit=MOST_SHOWN)}
    shown = view.latest.draw_id if view.latest else ""
    lines = [_past_day(day, mine.get(day.draw_id)) for day in days if day.draw_id != shown]
    return Daily(
        today=replace(_today(view, hashes), limit_left=_limit_left(actor, now)),
        latest=_latest(view, mine, hashes) if view.latest else LatestText(),
        stubs=own,
        more_stubs=more,
        past=lines[:past],
        has_older=len(lines) > past,
    )


def stub_of(ticket: TicketView) -> StubText:
    """Return one own ticket, ready to draw."""
    return StubText(
        ticket_id=ticket.ticket_id,
        number=ticket_number(ticket.ticket_id),
        href=f"/tickets/{ticket.ticket_id}",
        phrase=ticket.client_seed,
    )


_Hashes = dict[str, tuple[str, str, datetime | None]]


def _today(view: TodayView, hashes: _Hashes) -> TodayText:
    draw = view.draw
    if draw is None:
        return TodayText(balance=view.balance.text())
    gate, words = _gate(view, draw)
    return TodayText(
        gate=gate,
        gate_words=words,
        draw_id=draw.draw_id,
        href=f"/draws/{draw.draw_id}",
        day=text.short_day(draw.opens_at, UTC_ZONE),
        price=draw.price.text(),
        price_minor=draw.price.amount_minor,
        currency=draw.price.currency,
        balance=view.balance.text(),
        balance_minor=view.balance.amount_minor,
        prize=draw.prize.text(),
        mine=view.odds.mine,
        entry_count=view.odds.total,
        most=max(1, min(MOST_AT_ONCE, view.left_to_buy)),
        locks_ms=clock.to_ms(draw.locks_at),
        share=f"Of each {draw.price.text()}, {_share(draw)} goes to the winner.",
        fewest=_fewest(draw),
        commit_hash=hashes.get(draw.proof_id or "", ("", "", None))[0],
    )


def _gate(view: TodayView, draw: DrawView) -> tuple[str, str]:
    if view.excluded_until is not None:
        return "break", break_words(view.excluded_until)
    if view.left_to_buy < 1:
        most = text.count(draw.most_per_person, "ticket")
        return "limit", f"You have the {most} one person may have in a draw. Good luck."
    return "open", ""


def _limit_left(actor: Actor, now: datetime) -> str:
    """Say what the player's own limit leaves; "" when none is set."""
    found = safety.play_left(actor=actor, now=now)
    if found is None or found.left is None:
        return ""
    period = {"day": "today", "week": "this week", "month": "this month"}[found.period]
    return f"Your limit leaves {found.left.text()} {period}."


def _share(draw: DrawView) -> str:
    return (draw.price - draw.price.share(draw.fee_bps)).text()


def _fewest(draw: DrawView) -> str:
    if draw.fewest_entries <= 1:
        return ""
    return f"With fewer than {draw.fewest_entries} tickets everybody is paid back."


def _latest(view: TodayView, mine: dict[str, MyDraw], hashes: _Hashes) -> LatestText:
    draw = view.latest
    assert draw is not None
    commit, lock, beacon_at = hashes.get(draw.proof_id or "", ("", "", None))
    kind = {"drawn": "drawn", "void": "void"}.get(draw.status, "waiting")
    won = draw.winning_ticket_id or ""
    is_mine = view.my_latest_outcome == "won"
    prize = mine[draw.draw_id].prize if is_mine and draw.draw_id in mine else None
    return LatestText(
        kind=kind,
        draw_id=draw.draw_id,
        title=f"Draw of {text.short_day(draw.opens_at, UTC_ZONE)}",
        href=f"/draws/{draw.draw_id}",
        head=f"/api/draws/{draw.proof_id}/head" if draw.proof_id else "",
        outcome=view.my_latest_outcome,
        words=_outcome_words(view.my_latest_outcome, draw),
        winner=f"Ticket {ticket_number(won)}" if won else "",
        winner_href=f"/tickets/{won}" if won else "",
        prize=(prize or draw.prize).text() if kind != "void" else "",
        entry_words=text.count(draw.total_entries, "ticket"),
        names=json.dumps({won: "You"}) if is_mine else "{}",
        beacon_ms=clock.to_ms(beacon_at) if kind == "waiting" and beacon_at else 0,
        commit_hash=commit,
        lock_hash=lock,
    )


def _outcome_words(outcome: str, draw: DrawView) -> str:
    if draw.status == "void":
        return closed_words(draw)
    return {
        "won": "You won. The prize is in your wallet.",
        "lost": "Another ticket won this time.",
        "waiting": "Your tickets are in.",
        "": "You had no ticket in this draw.",
    }.get(outcome, "")


def _past_day(day: PastDraw, own: MyDraw | None) -> PastDayText:
    is_won = own is not None and own.outcome == "won"
    return PastDayText(
        draw_id=day.draw_id,
        href=f"/draws/{day.draw_id}",
        title=text.short_day(day.draw_date),
        winner=_past_words(day, own),
        prize=day.prize.text() if day.status == "drawn" else "",
        when=text.count(day.total_entries, "ticket"),
        is_mine=is_won,
    )


def _past_words(day: PastDraw, own: MyDraw | None) -> str:
    if day.status == "void":
        return "Called off"
    ticket = f"Ticket {ticket_number(day.winning_ticket_id)}"
    if own is None:
        return f"{ticket} won"
    if own.outcome == "won":
        return f"You won with {ticket.lower()}"
    return f"{ticket} won · you had {own.mine}"
