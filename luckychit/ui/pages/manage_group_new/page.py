"""/manage/groups/new."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell
from luckychit.ui.pages.manage_group_new.state import NewGroupState as State

_THEN = State.outcome
_FORM = "new-group"
# The whole form at once, so that two fields changed together are never told apart.
_TYPED = rx.Var(f"window.lc.typed('{_FORM}')").to(dict[str, Any])
_POLICIES = (
    (
        "collected",
        "The winner gets what is collected",
        (
            "If 2 of 20 have not paid by the draw, the winner gets 18 shares less commission. "
            "Each late payment is passed on to that winner when it comes."
        ),
    ),
    (
        "foreman_advances",
        "You advance what is missing",
        (
            "The winner gets the full prize at once. You put in the missing shares from your own "
            "money and get them back when the late members pay."
        ),
    ),
)


def page() -> rx.Component:
    """Draw the terms, and beside them what follows from them."""
    return shell.manager_frame(
        rx.el.div(
            c.card(_form()),
            rx.el.aside(_outcome(), class_name="outcome-aside", aria_label="What follows"),
            class_name="main-aside new-group",
        ),
        here="groups",
        title="New group",
        action=c.link_button("All groups", href="/manage/groups", look="quiet", small=True),
    )


def _reckon() -> Any:
    return State.reckon(_TYPED).debounce(250)


def _form() -> rx.Component:
    return c.form(
        c.field(
            "Name of the group",
            "name",
            required=True,
            max_length=100,
            placeholder="Lakshmi Circle",
            auto_complete="off",
            error=State.problems["name"],
        ),
        rx.el.div(
            _typed(
                "Instalment of one seat, a month",
                "instalment",
                before="₹",
                input_mode="decimal",
                placeholder="5,000",
            ),
            _typed(
                "Seats",
                "seats",
                input_mode="numeric",
                placeholder="20",
                hint="One month for each seat, one winner each month.",
            ),
            class_name="fields-2",
        ),
        rx.el.div(
            _typed(
                "Your commission, percent",
                "commission",
                input_mode="decimal",
                default_value="5",
                hint="At most 7 % of the pot, by law.",
            ),
            _gst(),
            class_name="fields-2",
        ),
        _dates(),
        _policy(),
        rx.el.div(c.submit("Make the group"), class_name="row"),
        on_submit=State.create,
        id=_FORM,
        class_name="stack gap-5",
    )


def _typed(label: str, name: str, **props: Any) -> rx.Component:
    return c.field(
        label,
        name,
        required=True,
        auto_complete="off",
        error=State.problems[name],
        on_change=_reckon(),
        **props,
    )


def _gst() -> rx.Component:
    return rx.el.div(
        rx.el.span("GST", class_name="label"),
        rx.el.label(
            rx.el.input(
                type="checkbox", name="gst", value="on", role="switch", on_change=_reckon()
            ),
            rx.el.span("18 % on my commission, taken from the pot"),
            class_name="switch",
        ),
        class_name="field",
    )


def _dates() -> rx.Component:
    options = rx.foreach(
        State.months, lambda month: rx.el.option(month.words, value=month.value, key=month.value)
    )
    return rx.el.div(
        rx.el.div(
            c.select_field(
                "First month",
                "starts_on",
                options,
                default_value=State.first_month,
                error=State.problems["starts_on"],
                on_change=_reckon(),
            ),
            key=State.first_month,
        ),
        _typed(
            "Draw day of the month",
            "draw_day",
            input_mode="numeric",
            default_value="10",
            max_length=2,
            hint="1 to 31; short months use their last day.",
        ),
        _typed(
            "Draw time",
            "draw_time",
            kind="time",
            default_value="18:00",
            hint="Indian time. Who has paid by then is in the draw.",
        ),
        class_name="fields-3",
    )


def _policy() -> rx.Component:
    options = [
        rx.el.label(
            rx.el.input(
                type="radio",
                name="short_collection",
                value=value,
                default_checked=place == 0,
                required=True,
            ),
            rx.el.span(
                rx.el.span(title, class_name="strong"),
                rx.el.span(words, class_name="quiet small"),
                class_name="policy-body",
            ),
            class_name="policy",
        )
        for place, (value, title, words) in enumerate(_POLICIES)
    ]
    return rx.el.fieldset(
        rx.el.legend("When somebody has not paid by the draw", class_name="label"),
        rx.el.div(*options, class_name="policies"),
        class_name="fieldset field",
    )


def _outcome() -> rx.Component:
    return c.card(
        rx.el.h2("What follows"),
        rx.cond(
            State.is_known,
            _numbers(),
            rx.el.p(
                "Type the instalment and the seats: the pot, your commission, the prize and the "
                "dates appear here.",
                class_name="quiet",
            ),
        ),
        look="brand",
        aria_live="polite",
        class_name="outcome",
    )


def _numbers() -> rx.Component:
    rows = (
        ("Pot, each month", _THEN.total),
        ("Your commission", _THEN.commission),
        ("GST", _THEN.gst),
        ("Runs for", _THEN.months),
        ("First draw", _THEN.first_draw),
        ("Last draw", _THEN.last_draw),
    )
    drawn = [
        rx.cond(value != "", rx.fragment(rx.el.dt(name), rx.el.dd(value)), rx.fragment())
        for name, value in rows
    ]
    return rx.el.div(
        rx.el.div(
            rx.el.span("The winner of a month gets", class_name="stat-label"),
            c.money(_THEN.prize, size="large", class_name="luck"),
            class_name="stack gap-0",
        ),
        rx.el.dl(*drawn, class_name="facts num"),
        rx.cond(_THEN.warning != "", c.notice(rx.el.p(_THEN.warning), tone="warn"), rx.fragment()),
        rx.el.div(
            rx.el.h3("What it costs a member"),
            rx.el.p(_THEN.each_pays, class_name="num small"),
            rx.el.p(_THEN.cost_words, class_name="small"),
            class_name="stack gap-1 cost",
        ),
        class_name="stack",
    )
