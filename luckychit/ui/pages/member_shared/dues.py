"""What a member owes, in words: the same on Home and on Payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import reflex as rx

from luckychit.core.money import Money
from luckychit.domain.chits.queries.views import DueRow, MemberHome, MyGroup
from luckychit.ui import components as c
from luckychit.ui import text

# What is due later than this is told, but not yet asked for.
NEAR = timedelta(days=21)


@dataclass
class DueLine:
    """One due, ready to draw."""

    due_id: str = ""
    group: str = ""
    detail: str = ""
    amount: str = ""
    status: str = ""
    status_text: str = ""


@dataclass
class Bill:
    """What is to be paid next, ready to draw."""

    kind: str = "none"  # late | owed | coming | clear | done | waiting | none
    title: str = ""
    amount: str = ""
    words: str = ""
    whom: str = ""


def bill_of(home: MemberHome, manager_names: Sequence[str], now: datetime) -> Bill:
    """Say what the member owes, by when and to whom.

    Args:
        home: The member's first page.
        manager_names: Who runs the member's circles.
        now: The present moment.
    """
    whom = f"to {' or '.join(dict.fromkeys(manager_names))}" if manager_names else ""
    if home.owed:
        return _owed(home, home.owed, whom, now)
    if home.next_due is None:
        return _nothing(home.groups)
    coming = [due for due in home.dues if due.due_on == home.next_due.due_on]
    total = _sum(coming)
    day = text.short_day(home.next_due.due_on)
    is_near = home.next_due.due_on - now.date() <= NEAR
    if is_near and _is_of_present_month(home.next_due, home.groups):
        near = text.relative_day(home.next_due.due_on, now)
        return Bill("coming", "Next to pay", total, f"by {day}, {near}", whom)
    return Bill("clear", "You are paid up", "", f"Next: {total} by {day}.", whom)


def _owed(home: MemberHome, owed: Money, whom: str, now: datetime) -> Bill:
    first = home.dues[0]
    if first.is_late:
        since = text.relative_day(first.due_on, now)
        return Bill("late", "Late", owed.text(), f"was due {since}", whom)
    if first.due_on > now.date():
        day = text.short_day(first.due_on)
        return Bill("owed", "To pay", owed.text(), f"by {day}; the draw is already held", whom)
    return Bill("owed", "To pay today", owed.text(), "before the draw", whom)


def _nothing(groups: Sequence[MyGroup]) -> Bill:
    if not groups:
        return Bill("none")
    if any(group.status == "forming" for group in groups):
        words = "The first payment is asked for when your circle starts."
        return Bill("waiting", "Nothing to pay yet", "", words)
    return Bill("done", "Everything is paid", "", "Nothing is owed any more.")


def _is_of_present_month(due: DueRow, groups: Sequence[MyGroup]) -> bool:
    return any(
        group.group_id == due.group_id and due.instalment <= group.instalment for group in groups
    )


def _sum(dues: Sequence[DueRow]) -> str:
    """Add up the first currency's amounts."""
    currency = dues[0].remaining.currency
    amounts = [due.remaining for due in dues if due.remaining.currency == currency]
    return sum(amounts[1:], amounts[0]).text()


def due_lines(home: MemberHome, now: datetime) -> list[DueLine]:
    """Return what is owed and what comes next, the oldest first."""
    return [_line(due, now) for due in home.dues]


def _line(due: DueRow, now: datetime) -> DueLine:
    day = text.short_day(due.due_on)
    status, words = "due", f"By {day}"
    if due.is_late:
        status, words = "late", f"Late, {text.relative_day(due.due_on, now)}"
    detail = f"Month {due.instalment} · seat {due.seat_number}"
    if due.paid:
        status = "late" if due.is_late else "part"
        detail = f"{detail} · {due.paid.text()} of {due.amount.text()} paid"
    return DueLine(
        due_id=str(due.due_id),
        group=due.group_name,
        detail=detail,
        amount=due.remaining.text(),
        status=status,
        status_text=words,
    )


def due_list(lines: Any) -> rx.Component:
    """Draw dues one under the other."""
    return rx.el.ul(rx.foreach(lines, _item), class_name="divided")


def _item(line: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.span(line.group, class_name="strong"),
                rx.el.span(line.detail, class_name="quiet small"),
                class_name="stack gap-0 grow",
            ),
            rx.el.div(
                c.money(line.amount, class_name="strong"),
                c.chip(line.status_text, line.status),
                class_name="stack gap-1 due-end",
            ),
            class_name="row no-wrap top",
        ),
        key=line.due_id,
    )


def bill_card(bill: Any, *more: rx.Component) -> rx.Component:
    """Draw the amount that matters now; paid months are said in the same place, calmly.

    Args:
        bill: State var :class:`Bill`.
        *more: What follows under it while something is owed.
    """
    to_pay = rx.el.section(
        rx.el.h2(bill.title, class_name="eyebrow"),
        c.money(bill.amount, size="huge"),
        rx.el.p(
            rx.el.span(bill.words, class_name=rx.cond(bill.kind == "late", "bad strong", "strong")),
            " ",
            rx.el.span(bill.whom, class_name="quiet"),
        ),
        *more,
        class_name=f"card card-lift stack gap-2 bill bill-{bill.kind}",
    )
    settled = rx.el.section(
        rx.el.span(c.icon("check", 28), class_name="bill-tick"),
        rx.el.div(
            rx.el.h2(bill.title),
            rx.el.p(bill.words, class_name="quiet"),
            class_name="stack gap-0 grow",
        ),
        class_name="card card-brand row no-wrap bill bill-settled",
    )
    is_owed = (bill.kind == "late") | (bill.kind == "owed") | (bill.kind == "coming")
    return rx.cond(bill.kind == "none", rx.fragment(), rx.cond(is_owed, to_pay, settled))
