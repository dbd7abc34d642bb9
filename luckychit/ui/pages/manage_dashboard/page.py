"""/manage."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.manage_dashboard.chart import collections
from luckychit.ui.pages.manage_dashboard.state import DashboardState

State: Any = DashboardState


def page() -> rx.Component:
    """Draw what stands where, what to do next, and what happened."""
    return shell.manager_frame(
        _cards(),
        rx.cond(
            State.is_ready & ~State.has_groups,
            c.card(_first()),
            rx.el.div(
                rx.el.div(collections(), _todo(), class_name="stack gap-5"),
                c.card(
                    c.until_ready(State.is_ready, c.feed(State.news), 8),
                    title="Recent activities",
                    class_name="activities",
                ),
                class_name="main-aside",
            ),
        ),
        here="dashboard",
        title="Dashboard",
        action=rx.el.div(
            c.link_button(c.icon("hand-coins"), "Collect", href="/manage/collect", look="primary"),
            c.link_button(c.icon("plus"), "New group", href="/manage/groups/new"),
            class_name="row",
        ),
    )


def _cards() -> rx.Component:
    ready = State.is_ready
    return rx.el.div(
        c.stat_card(
            "Active Groups",
            State.active_groups,
            "running now",
            is_ready=ready,
            href="/manage/groups",
        ),
        c.stat_card(
            "Total Members",
            State.total_members,
            "people you know",
            is_ready=ready,
            href="/manage/members",
        ),
        c.stat_card(
            "This Month Collection",
            State.collected,
            State.collected_note,
            is_ready=ready,
            href="/manage/collect",
        ),
        c.stat_card(
            "Pending Actions",
            State.pending_count,
            "for you to do",
            is_ready=ready,
            href="#to-do",
        ),
        class_name="cols-4 stats",
    )


def _todo() -> rx.Component:
    return c.card(
        rx.cond(
            State.is_ready,
            rx.cond(
                State.pending.length() > 0,
                rx.el.ul(rx.foreach(State.pending, _todo_line)),
                rx.el.p("Nothing waits for you.", class_name="quiet card-tools"),
            ),
            rx.el.div(c.skeleton_lines(3), class_name="card-tools"),
        ),
        title="To do",
        flush=True,
        id="to-do",
    )


def _todo_line(todo: Any) -> rx.Component:
    return rx.el.li(
        c.link(rx.el.span(todo.text, class_name="grow"), href=todo.href, class_name="list-link"),
        key=todo.text,
    )


def _first() -> rx.Component:
    return c.empty_state(
        "Start with a group",
        "Agree on an amount and the seats, add the members, and the first draw is a month away.",
        c.link_button("Make the first group", href="/manage/groups/new", look="primary"),
    )
