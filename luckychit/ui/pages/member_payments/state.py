"""What the member's page of payments knows."""

from dataclasses import dataclass
from datetime import datetime

import reflex as rx

from luckychit.core import clock
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries.views import MemberHome, PaymentRow
from luckychit.domain.users.service import Actor
from luckychit.ui import session, text
from luckychit.ui.pages.member_shared.dues import Bill, DueLine, bill_of, due_lines
from luckychit.ui.paging import PAGE_SIZE, Paged

MOST_CIRCLES = 12


@dataclass
class PaymentLine:
    """One payment, ready to draw."""

    payment_id: str = ""
    href: str = ""
    title: str = ""
    detail: str = ""
    amount: str = ""
    when: str = ""
    moment: str = ""
    tone: str = ""  # "" | reversed | reversal
    remark: str = ""


@dataclass
class TakerText:
    """Who takes the money of one circle."""

    group_id: str = ""
    group: str = ""
    manager: str = ""


class MemberPaymentsState(Paged, rx.State):
    """What is owed, whom to hand it to, and every receipt."""

    is_ready: bool = False
    bill: Bill = Bill()
    dues: list[DueLine] = []
    takers: list[TakerText] = []
    payments: list[PaymentLine] = []

    @rx.event
    async def load(self) -> None:
        """Read what is owed and one page of receipts."""
        actor = await session.actor(self, "member")
        now = clock.now()
        home, takers = await session.call(_owed, actor, now)
        page = await session.call(
            chits.member_payments, actor=actor, offset=self.offset, limit=PAGE_SIZE
        )
        self.bill = bill_of(home, [taker.manager for taker in takers], now)
        self.dues = due_lines(home, now)
        self.takers = takers
        self.payments = [_line(row) for row in page.items]
        self._show_page(page, one="receipt")
        self.is_ready = True


def _owed(actor: Actor, now: datetime) -> tuple[MemberHome, list[TakerText]]:
    home = chits.member_home(actor=actor, now=now)
    running = [group for group in home.groups if group.status != "completed"]
    takers = [
        TakerText(
            group_id=str(group.group_id),
            group=group.name,
            manager=chits.member_group(actor=actor, group_id=group.group_id, now=now).manager_name,
        )
        for group in running[:MOST_CIRCLES]
    ]
    return home, takers


def _line(row: PaymentRow) -> PaymentLine:
    tone, remark = "", ""
    if row.is_reversal:
        tone, remark = "reversal", f"Taken back: {row.reason}"
    elif row.is_reversed:
        tone, remark = "reversed", "Was taken back"
    return PaymentLine(
        payment_id=str(row.payment_id),
        href=f"/receipts/{row.receipt_code}",
        title=f"{row.group_name} · {_months(row.instalments)}",
        detail=f"{text.method(row.method)} · receipt {row.receipt_number} · seat {row.seat_number}",
        amount=row.amount.text(),
        when=text.day(row.received_at),
        moment=row.received_at.isoformat(timespec="seconds"),
        tone=tone,
        remark=remark,
    )


def _months(instalments: tuple[int, ...]) -> str:
    numbers = [str(number) for number in instalments]
    if len(numbers) > 2 and instalments[-1] - instalments[0] == len(numbers) - 1:
        return f"months {numbers[0]} to {numbers[-1]}"
    return f"{'month' if len(numbers) == 1 else 'months'} {' and '.join(numbers)}"
