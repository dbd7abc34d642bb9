"""/app/groups/[group_id]."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.member_group.state import MemberGroupState as State
from luckychit.ui.pages.member_shared.draws import draw_link
from luckychit.ui.pages.member_shared.waiting import once_ready

_IT = State.head
# For the type checker: here they are Vars.
_SEATS: Any = State.seats
_GRID: Any = State.grid
_DRAWS: Any = State.draws


def page() -> rx.Component:
    """Draw one circle: the ring, own prizes and months, everybody, draws, terms."""
    return shell.member_frame(
        once_ready(
            State.is_ready,
            _face(),
            rx.foreach(State.won, _won),
            _own_seats(),
            _everybody(),
            _draws(),
            _terms(),
        ),
        _received_dialog(),
        here="home",
        title=_IT.name,
        heading=_heading(),
        missing=State.missing,
    )


def _heading() -> rx.Component:
    return rx.el.div(
        c.link(c.icon("chevron-left", 18), "My circles", href="/app", class_name="back"),
        rx.el.div(
            rx.el.h1(rx.cond(State.is_ready, _IT.name, "Your circle")),
            rx.cond(State.is_ready, c.chip(_IT.status_text, _IT.status), rx.fragment()),
            class_name="row",
        ),
        class_name="stack gap-1",
    )


def _face() -> rx.Component:
    ring = c.seat_ring(
        _IT.ring,
        _IT.count,
        rx.cond(
            _IT.present != "",
            rx.fragment(
                rx.el.span("Month", class_name="eyebrow"),
                rx.el.span(_IT.present, class_name="money-huge num"),
                rx.el.span(_IT.of_months, class_name="quiet small"),
            ),
            rx.fragment(
                rx.el.span(c.mark(), class_name="ring-mark"),
                rx.el.span(_IT.month, class_name="quiet small"),
            ),
        ),
        label=_IT.ring_words,
    )
    return rx.el.section(
        ring,
        rx.el.p(_IT.ring_words, class_name="quiet small center"),
        rx.el.dl(
            *_fact("Next draw", _IT.next_draw),
            *_fact("Full prize", c.money(_IT.prize, class_name="luck strong"), _IT.prize),
            *_fact("You owe", c.money(_IT.owed, class_name="strong"), _IT.owed),
            class_name="facts",
        ),
        rx.cond(
            _IT.next_draw != "",
            c.link_button("Follow the draw", href="/app/lottery", wide=True),
            rx.fragment(),
        ),
        class_name="card card-lift stack group-face",
    )


def _fact(name: str, value: Any, given: Any = None) -> list[rx.Component]:
    has_value = (value if given is None else given) != ""
    return [
        rx.cond(has_value, rx.el.dt(name), rx.fragment()),
        rx.cond(has_value, rx.el.dd(value), rx.fragment()),
    ]


def _won(prize: Any) -> rx.Component:
    return c.card(
        rx.el.div(
            rx.el.h2(prize.title),
            c.link("Proof", href=prize.href, class_name="small tap"),
            class_name="between",
        ),
        rx.el.div(
            c.money(prize.prize, size="large", class_name="luck"),
            rx.el.span(prize.left, class_name="small"),
            class_name="between",
        ),
        rx.el.ul(rx.foreach(prize.handed, _handed), class_name="divided"),
        look="luck",
        key=prize.monthly_draw_id,
    )


def _handed(handed: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(handed.amount, " handed over", class_name="strong num"),
            rx.el.span(handed.detail, class_name="small"),
            class_name="stack gap-0 grow",
        ),
        rx.cond(
            handed.is_confirmed,
            rx.el.p(c.icon("check", 18), handed.confirmed, class_name="row no-wrap gap-2 small"),
            c.button(
                "I received it", look="primary", wide=True, on_click=State.choose(handed.payout_id)
            ),
        ),
        class_name="stack gap-2",
        key=handed.payout_id,
    )


def _own_seats() -> rx.Component:
    return rx.cond(
        _SEATS.length() > 0,
        c.card(
            rx.foreach(State.seats, _own_seat),
            c.legend(),
            title=rx.cond(_SEATS.length() == 1, "My months", "My seats"),
        ),
        rx.fragment(),
    )


def _own_seat(seat: Any) -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.h3(seat.name),
            rx.el.span(seat.words, class_name="quiet small num"),
            class_name="between",
        ),
        rx.el.ol(rx.foreach(seat.months, _month), class_name="months num", aria_label=seat.name),
        class_name="stack gap-2",
        key=seat.seat_id,
    )


def _month(month: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(month.number, class_name="tiny", custom_attrs={"aria-hidden": "true"}),
        rx.el.span(class_name=f"mark-{month.state}", custom_attrs={"aria-hidden": "true"}),
        rx.cond(month.won, rx.el.span(class_name="mark-won"), rx.fragment()),
        rx.el.span(month.words, class_name="sr-only"),
        class_name=rx.cond(month.is_present, "month present", "month"),
        title=month.words,
        key=month.number,
    )


def _everybody() -> rx.Component:
    return rx.cond(
        _GRID.length() > 0,
        c.card(
            rx.el.p(
                "Who has paid and who has won. Amounts are seen by nobody else.",
                class_name="quiet small",
            ),
            c.month_grid(State.months, State.grid, caption="Seats by months"),
            title="The whole circle",
            class_name="whole-circle",
        ),
        rx.fragment(),
    )


def _draws() -> rx.Component:
    return rx.cond(
        _DRAWS.length() > 0,
        c.card(
            rx.el.ul(rx.foreach(State.draws, _draw)),
            title="Draws",
            flush=True,
            class_name="receipts",
        ),
        rx.fragment(),
    )


def _draw(draw: Any) -> rx.Component:
    return rx.el.li(
        draw_link(draw, draw.month),
        key=draw.draw_id,
    )


def _terms() -> rx.Component:
    return c.card(
        rx.el.dl(
            rx.foreach(
                State.terms,
                lambda fact: rx.fragment(rx.el.dt(fact.name), rx.el.dd(fact.value), key=fact.name),
            ),
            class_name="facts num",
        ),
        rx.el.p(_IT.plainly, class_name="quiet small"),
        title="Terms",
    )


def _received_dialog() -> rx.Component:
    return c.confirm_dialog(
        "received",
        rx.el.span("Did you receive ", State.handed.amount, "?"),
        rx.el.p(State.handed.in_words, class_name="strong"),
        rx.el.p(State.handed.detail, class_name="quiet"),
        rx.el.p("Confirm only what is in your hands or in your account."),
        act="Yes, I received it",
        on_submit=State.confirm,
    )
