"""/app."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.member_home.state import MemberHomeState as State
from luckychit.ui.pages.member_shared.balance import balance_link
from luckychit.ui.pages.member_shared.dues import bill_card, due_list
from luckychit.ui.pages.member_shared.waiting import once_ready

# For the type checker: here they are Vars.
_DUES: Any = State.dues
_CIRCLES: Any = State.circles


def page() -> rx.Component:
    """Draw what the member owes, the circles, and what happened."""
    return shell.member_frame(
        once_ready(
            State.is_ready,
            rx.cond(State.unverified_email != "", _confirm_email(), rx.fragment()),
            bill_card(State.bill, _parts(), _how()),
            rx.foreach(State.prizes, _prize),
            _circles(),
            c.card(balance_link(State.balance), flush=True),
            _news(),
        ),
        here="home",
        title="Home",
        heading=_heading(),
    )


def _heading() -> rx.Component:
    return rx.el.div(
        rx.el.h1(rx.cond(State.is_ready, State.greeting, "Home")),
        c.button(
            c.icon("refresh-cw"),
            look="icon",
            aria_label="Refresh",
            on_click=State.look_again,
            class_name="refresh",
        ),
        class_name="between no-wrap",
    )


def _confirm_email() -> rx.Component:
    return c.notice(
        rx.el.div(
            rx.el.p(
                rx.el.span("Confirm your e-mail address. ", class_name="strong"),
                "A letter went to ",
                rx.el.span(State.unverified_email, class_name="break-word"),
                "; the button in it confirms that it is yours.",
            ),
            rx.el.div(
                c.button("Send it again", small=True, on_click=State.send_again),
                rx.cond(
                    State.has_demo_mail,
                    c.link("Read the demo's mail", href="/demo/mail"),
                    rx.fragment(),
                ),
                class_name="row",
            ),
            class_name="stack gap-2",
        )
    )


def _parts() -> rx.Component:
    """Each due for itself, when there are several or one is paid in part."""
    return rx.cond(
        (_DUES.length() > 1) | (State.bill.kind == "late"),
        rx.el.div(due_list(State.dues), class_name="bill-parts"),
        rx.fragment(),
    )


def _how() -> rx.Component:
    return rx.el.div(
        c.link_button("How to pay", href="/app/payments", look="primary", wide=True),
        class_name="bill-act",
    )


def _prize(prize: Any) -> rx.Component:
    return c.card(
        rx.el.h2(prize.title),
        c.money(prize.prize, size="large", class_name="luck"),
        rx.el.p(prize.words),
        c.link_button(prize.act, href=prize.href, wide=True),
        look="luck",
        class_name="gap-2",
        key=prize.monthly_draw_id,
    )


def _circles() -> rx.Component:
    return rx.el.section(
        rx.el.h2("My circles"),
        rx.cond(
            _CIRCLES.length() > 0,
            rx.el.ul(rx.foreach(State.circles, _circle), class_name="stack gap-3"),
            c.card(
                c.empty_state(
                    "You are in no circle yet",
                    rx.cond(
                        State.has_mobile,
                        "Give your mobile number to the organiser you trust; your circle appears "
                        "here the moment you are added.",
                        "Organisers add people by mobile number. Add yours to your profile, then "
                        "give it to the organiser you trust.",
                    ),
                    rx.cond(
                        State.has_mobile,
                        c.link_button("See past draws", href="/draws"),
                        c.link_button("Add my mobile number", href="/app/profile"),
                    ),
                )
            ),
        ),
        class_name="stack gap-3",
    )


def _circle(circle: Any) -> rx.Component:
    ring = c.seat_ring(
        circle.ring,
        circle.count,
        rx.cond(
            circle.present != "",
            rx.el.span(circle.present, class_name="ring-number num"),
            rx.el.span(c.mark(), class_name="ring-mark"),
        ),
        label=circle.ring_words,
    )
    words = rx.el.div(
        rx.el.h3(circle.name, class_name="circle-name"),
        rx.el.p(circle.month, " · ", circle.seats, class_name="quiet small"),
        rx.el.p(circle.next_draw, class_name="small strong"),
        rx.el.p(
            rx.el.span("Prize ", class_name="quiet"),
            c.money(circle.prize, class_name="luck strong"),
            class_name="small",
        ),
        rx.cond(circle.won != "", c.chip(circle.won, "won"), rx.fragment()),
        class_name="stack gap-1 grow circle-words",
    )
    watch = rx.cond(
        circle.is_drawing,
        c.link_button("Watch the draw", href="/app/lottery", look="primary", wide=True),
        rx.fragment(),
    )
    return rx.el.li(
        c.link(ring, words, href=circle.href, class_name="card circle-card"),
        watch,
        class_name="stack gap-2",
        key=circle.group_id,
    )


def _news() -> rx.Component:
    return c.card(
        c.feed(State.news, "Payments, draws and prizes will be told here."),
        title="Recent activity",
    )
