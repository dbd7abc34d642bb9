"""Draws the trail: filter, table, the dialog of one entry."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from luckychit.domain.audit.queries.entries import LONGEST_SEARCH
from luckychit.ui import components as c
from luckychit.ui.pages.manage_shared.words import NONE


def trail_card(
    state: Any, kinds: Mapping[str, str], *, files: rx.Component | None = None, admin: bool = False
) -> rx.Component:
    """Draw the filter, what was found, and the ways to older and newer pages.

    Args:
        state: A state with the ``Trail`` mixin.
        kinds: Beginnings of actions to choose from, with their names.
        files: Links to the same entries as files.
        admin: Show addresses too.
    """
    return c.card(
        rx.el.div(
            _filter(state, kinds, admin=admin), _asked(state, files), class_name="card-tools stack"
        ),
        c.rows_or(state.is_ready, state.lines, _table(state, admin=admin), _nothing(state)),
        c.older_newer(state, "Pages of the trail"),
        flush=True,
    )


def entry_dialog(state: Any) -> rx.Component:
    """Draw everything that is known of one entry."""
    it = state.entry
    return c.dialog(
        "entry",
        it.what,
        rx.el.dl(
            *_fact("When", it.exact, "num"),
            *_fact("Who", it.who),
            rx.foreach(it.facts, _fact_line),
            *_fact("Action", it.action, "code"),
            *_fact("Subject", it.subject, "code"),
            _known("From", it.address, "code"),
            _known("Request", it.request_id, "code"),
            *_fact("Seal", it.seal),
            _known("Hash", it.hash, "code"),
            class_name="facts trail-facts",
        ),
        c.dialog_actions(cancel="Close"),
        wide=True,
    )


def _filter(state: Any, kinds: Mapping[str, str], *, admin: bool) -> rx.Component:
    wanted = state.wanted
    options = [rx.el.option("Everything", value="")]
    options += [rx.el.option(words, value=kind) for kind, words in kinds.items()]
    beside = "Any word" if admin else "Name or number"
    return rx.el.form(
        c.select_field("What", "kind", rx.fragment(*options), default_value=wanted.kind),
        _text("Person", "person", wanted.person, "Part of a name"),
        _day(state, "From", "since", wanted.since),
        _day(state, "To", "until", wanted.until),
        _text("Contains", "search", wanted.search, beside),
        c.button("Show", look="primary", type="submit"),
        on_submit=state.find,
        # Drawn anew with what is asked for: the fields keep what was typed by themselves.
        key=f"{wanted.kind}|{wanted.person}|{wanted.since}|{wanted.until}|{wanted.search}",
        role="search",
        class_name="trail-filter",
        custom_attrs={"data-once": ""},
    )


def _text(label: str, name: str, value: Any, hint: str) -> rx.Component:
    return c.field(
        label,
        name,
        default_value=value,
        placeholder=hint,
        max_length=LONGEST_SEARCH,
        auto_complete="off",
    )


def _day(state: Any, label: str, name: str, value: Any) -> rx.Component:
    return c.field(label, name, kind="date", default_value=value, error=state.problems[name])


def _asked(state: Any, files: rx.Component | None) -> rx.Component:
    only = rx.el.p(
        "Only: ",
        rx.el.span(state.wanted_words, class_name="strong"),
        " ",
        c.button("Show all", look="quiet", small=True, on_click=state.show_all),
        class_name="small trail-asked",
        role="status",
    )
    if files is None:
        return rx.cond(state.wanted_words != "", only, rx.fragment())
    said = rx.cond(state.wanted_words != "", only, rx.el.span())
    return rx.el.div(said, files, class_name="between")


def _table(state: Any, *, admin: bool) -> rx.Component:
    columns = [c.Column("When"), c.Column("Who"), c.Column("What was done")]
    columns += [c.Column("From")] if admin else []
    return rx.el.div(
        c.table(
            [*columns, c.Column("Seal"), c.Column("")],
            rx.foreach(state.lines, lambda line: _row(line, state, admin=admin)),
            caption="What was done, newest first",
        ),
        class_name="trail",
    )


def _row(line: Any, state: Any, *, admin: bool) -> rx.Component:
    address = rx.cond(
        line.address != "", rx.el.span(line.address, class_name="code trail-address"), NONE
    )
    place = [c.cell(address, label="From")] if admin else []
    return rx.el.tr(
        c.cell(
            rx.el.time(
                rx.el.span(line.day),
                rx.el.span(line.time, class_name="quiet tiny"),
                date_time=line.moment,
                class_name="num nowrap stack gap-0",
            ),
            label="When",
        ),
        c.cell(
            rx.el.div(
                rx.el.span(line.who, class_name="strong"),
                rx.el.span(line.role, class_name="quiet tiny"),
                class_name="stack gap-0",
            ),
            label="Who",
        ),
        c.head_cell(
            rx.el.span(line.what),
            rx.cond(
                line.href != "",
                c.link(line.link_words, href=line.href, class_name="trail-link small"),
                rx.fragment(),
            ),
        ),
        *place,
        c.cell(
            rx.cond(
                line.is_sealed,
                rx.el.span(line.seal, class_name="num nowrap"),
                rx.el.span(line.seal, class_name="quiet nowrap"),
            ),
            label="Seal",
        ),
        c.cell(
            c.button(
                "Details",
                look="quiet",
                small=True,
                on_click=state.open_entry(line.entry_id),
                aria_label=f"Details: {line.what}",
            ),
            at_end=True,
        ),
        key=line.entry_id,
    )


def _nothing(state: Any) -> rx.Component:
    return rx.cond(
        state.wanted_words != "",
        c.empty_state(
            "Nothing matches",
            "Nothing like that was done. Try fewer words, or a longer time.",
            c.button("Show all", on_click=state.show_all),
        ),
        c.empty_state(
            "Nothing was done yet",
            "Whatever changes money, members, draws or accounts is listed here from now on.",
        ),
    )


def _fact(name: str, value: Any, looks: str = "") -> tuple[rx.Component, rx.Component]:
    return rx.el.dt(name), rx.el.dd(value, class_name=looks)


def _known(name: str, value: Any, looks: str) -> rx.Component:
    return rx.cond(value != "", rx.fragment(*_fact(name, value, looks)), rx.fragment())


def _fact_line(fact: Any) -> rx.Component:
    return rx.fragment(rx.el.dt(fact.name), rx.el.dd(fact.value), key=fact.name)
