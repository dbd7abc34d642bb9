"""What the list of prizes knows."""

from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries.views import PayoutRow, PrizeRow
from luckychit.ui import session, text
from luckychit.ui.pages.manage_shared.handing import Handing
from luckychit.ui.paging import PAGE_SIZE, Paged


@dataclass
class HandedText:
    """One payout of a prize, ready to draw."""

    payout_id: str = ""
    amount: str = ""
    how: str = ""
    when: str = ""
    is_confirmed: bool = False


@dataclass
class PrizeText:
    """One prize, ready to draw."""

    monthly_draw_id: str = ""
    name: str = ""
    initials: str = ""
    where: str = ""
    group_href: str = ""
    proof_href: str = ""
    drawn: str = ""
    prize: str = ""
    left: str = ""
    part: str = ""
    payouts: list[HandedText] = field(default_factory=list)


class PayoutsState(Handing, Paged, rx.State):
    """Prizes: those to hand over first, then the history."""

    is_ready: bool = False
    waiting: list[PrizeText] = []
    handed: list[PrizeText] = []

    @rx.event
    async def load(self) -> None:
        """Read one page of prizes."""
        actor = await session.actor(self, "manager")
        page = await session.call(
            chits.prizes_of_manager, actor=actor, offset=self.offset, limit=PAGE_SIZE
        )
        self.waiting = [_prize(row) for row in page.items if row.left]
        self.handed = [_prize(row) for row in page.items if not row.left]
        self._show_page(page, one="prize")
        self.is_ready = True

    @rx.event
    async def ask(self, monthly_draw_id: str) -> Any:
        """Open the payout dialog, filled with what is left of the prize now."""
        actor = await session.actor(self, "manager")
        page = await session.call(
            chits.prizes_of_manager, actor=actor, offset=self.offset, limit=PAGE_SIZE
        )
        row = next((one for one in page.items if _id(one) == monthly_draw_id), None)
        if row is None or not row.left:
            return PayoutsState.load
        return self._ask_handover(
            draw=row.draw.monthly_draw_id,
            name=row.draw.winner_name or "",
            where=_where(row),
            left=row.left,
        )


def _id(row: PrizeRow) -> str:
    return str(row.draw.monthly_draw_id)


def _where(row: PrizeRow) -> str:
    draw = row.draw
    return f"{draw.group_name} · month {draw.instalment} · seat {draw.winner_seat_number}"


def _prize(row: PrizeRow) -> PrizeText:
    draw = row.draw
    name = draw.winner_name or ""
    return PrizeText(
        monthly_draw_id=_id(row),
        name=name,
        initials=text.initials(name),
        where=_where(row),
        group_href=f"/manage/groups/{draw.group_id}",
        proof_href=f"/draws/{draw.draw_id}",
        drawn=f"Drawn {text.day(draw.drawn_at)}" if draw.drawn_at else "",
        prize=draw.prize.text(),
        left=row.left.text(),
        part=f"{draw.paid_out.text()} of {draw.prize.text()} handed over" if draw.paid_out else "",
        payouts=[_handed(payout) for payout in row.payouts],
    )


def _handed(payout: PayoutRow) -> HandedText:
    return HandedText(
        payout_id=str(payout.payout_id),
        amount=payout.net.text(),
        how=" · ".join(filter(None, (text.method(payout.method), payout.reference))),
        when=text.day(payout.paid_at),
        is_confirmed=payout.confirmed_at is not None,
    )
