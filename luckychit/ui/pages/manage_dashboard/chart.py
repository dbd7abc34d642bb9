"""Collections by month: a picture, and the same numbers as a table."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import theme
from luckychit.ui.pages.manage_dashboard.state import DashboardState as State

# Darkest below: the order and the legend's shapes tell the parts apart without colour.
_PARTS = (
    ("Paid", "paid", theme.GOOD),
    ("Late", "late-paid", theme.WARN),
    ("Missing", "missing", theme.BAD),
)
_HEIGHT = 260
_GROUPED: Any = rx.Var("((amount) => Number(amount).toLocaleString('en-IN'))")


def collections() -> rx.Component:
    """Draw the months as stacked bars, with a table that says the same."""
    return c.card(
        rx.cond(
            State.is_ready,
            rx.cond(
                State.has_months,
                rx.el.div(_legend(), _bars(), _as_table(), class_name="stack gap-3"),
                rx.el.p(
                    "The months appear here once a group has started and dues fall due.",
                    class_name="quiet",
                ),
            ),
            c.skeleton("100%", "16rem"),
        ),
        title="Collection by month",
        class_name="chart-card",
    )


def _bars() -> rx.Component:
    bars = [
        rx.recharts.bar(
            data_key=name, stack_id="month", fill=colour, stroke=colour, is_animation_active=False
        )
        for name, _, colour in _PARTS
    ]
    return rx.el.div(
        rx.recharts.bar_chart(
            *bars,
            rx.recharts.x_axis(data_key="month", tick_line=False, stroke=theme.INK_QUIET),
            rx.recharts.y_axis(
                tick_line=False,
                axis_line=False,
                stroke=theme.INK_QUIET,
                width=72,
                custom_attrs={"tickFormatter": _GROUPED},
            ),
            rx.recharts.graphing_tooltip(
                cursor=False,
                custom_attrs={"formatter": _GROUPED},
                content_style={"background": "var(--raised)", "borderColor": theme.LINE},
            ),
            data=State.bars,
            height=_HEIGHT,
            width="100%",
            max_bar_size=44,
            # The table below is for keyboards and screen readers.
            custom_attrs={"accessibilityLayer": False},
        ),
        class_name="chart",
        custom_attrs={"aria-hidden": "true"},
    )


def _legend() -> rx.Component:
    said = {"Paid": "Paid on time", "Late": "Paid late", "Missing": "Missing"}
    return rx.el.div(
        *(
            rx.el.span(rx.el.span(class_name=f"swatch swatch-{kind}"), said[name])
            for name, kind, _ in _PARTS
        ),
        class_name="legend",
        custom_attrs={"aria-hidden": "true"},
    )


def _as_table() -> rx.Component:
    return rx.el.details(
        rx.el.summary("The same as a table"),
        c.table(
            [
                c.Column("Month"),
                c.Column("Paid on time", at_end=True),
                c.Column("Paid late", at_end=True),
                c.Column("Missing", at_end=True),
            ],
            rx.foreach(State.months, _row),
            caption="Collections by month",
            as_cards=False,
        ),
        class_name="more",
    )


def _row(row: Any) -> rx.Component:
    return rx.el.tr(
        c.head_cell(row.month),
        c.cell(row.paid, at_end=True),
        c.cell(row.late, at_end=True),
        c.cell(row.missing, at_end=True),
        key=row.month,
    )
