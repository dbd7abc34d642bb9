"""Tables that search, sort and page on the server; feeds; lists of links."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.ui import orders
from luckychit.ui.components.basics import Content, button, file_link, link, skeleton_lines


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, where it stands, and what it sorts by ("" = not)."""

    title: str
    at_end: bool = False
    sort_key: str = ""


def table(
    columns: list[Column],
    rows: Any,
    *,
    caption: str,
    state: Any = None,
    totals: list[Content] | None = None,
    as_cards: bool = True,
) -> rx.Component:
    """Draw a table.

    Args:
        columns: In order.
        rows: ``rx.foreach(State.rows, row_function)`` where each row is an
            ``rx.el.tr`` of :func:`head_cell` and :func:`cell`.
        caption: What it lists, for screen readers.
        state: A state with the :class:`luckychit.ui.paging.Paged` mixin, when columns sort.
        totals: Cells of the last line, one each column, or None.
        as_cards: On a phone each row becomes a small card.
    """
    heads = [_heading(column, state) for column in columns]
    foot = []
    if totals is not None:
        cells = [
            rx.el.td(total, class_name="end" if column.at_end else "")
            for column, total in zip(columns, totals, strict=True)
        ]
        foot = [rx.el.tfoot(rx.el.tr(*cells))]
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="sr-only"),
            rx.el.thead(rx.el.tr(*heads)),
            rx.el.tbody(rows),
            *foot,
            class_name="table table-cards" if as_cards else "table",
        ),
        class_name="table-scroll",
        tab_index=0,
        role="region",
        aria_label=caption,
    )


def cell(*children: Content, label: str = "", at_end: bool = False) -> rx.Component:
    """Draw one cell; ``label`` names the value when the row is a card on a phone."""
    props = {"custom_attrs": {"data-label": label}} if label else {}
    return rx.el.td(*children, class_name="end" if at_end else "", **props)


def head_cell(*children: Content) -> rx.Component:
    """Draw the cell that names its row."""
    return rx.el.th(*children, scope="row")


def table_tools(
    state: Any, *, placeholder: str = "Search", export_href: Any = "", extra: Content = None
) -> rx.Component:
    """Draw the line above a table: search (on Enter), an export link, anything more.

    A search outlives a visit to another page; a line says so, and ends it.
    """
    export = []
    if export_href is not None and not (isinstance(export_href, str) and export_href == ""):
        export = [
            file_link("Export CSV", href=export_href, class_name="btn btn-small", download=True)
        ]
    return rx.el.div(
        rx.el.form(
            rx.el.label(placeholder, html_for="search", class_name="sr-only"),
            rx.el.input(
                id="search",
                name="search",
                type="search",
                placeholder=placeholder,
                class_name="input search",
                default_value=state.search,
                max_length=80,
            ),
            button("Search", type="submit"),
            on_submit=state.find,
            role="search",
            class_name="row no-wrap gap-2",
        ),
        rx.cond(state.search != "", _searched(state), rx.fragment()),
        rx.el.div(*([extra] if extra is not None else []), *export, class_name="row"),
        class_name="between",
    )


def _searched(state: Any) -> rx.Component:
    return rx.el.p(
        "Only what matches ",
        rx.el.span(state.search, class_name="strong"),
        button(
            "Show all",
            look="quiet",
            small=True,
            on_click=[
                orders.empty("search"),
                state.find({"search": ""}),
            ],
        ),
        class_name="searched small",
        role="status",
    )


def pager(state: Any) -> rx.Component:
    """Draw which part of the list is shown, and the ways on and back."""
    return rx.el.nav(
        rx.el.span(state.page_text, class_name="quiet small num", role="status"),
        rx.el.div(
            button("Back", small=True, on_click=state.previous_page, disabled=~state.has_previous),
            button("Next", small=True, on_click=state.next_page, disabled=~state.has_next),
            class_name="row gap-2",
        ),
        class_name="pager",
        aria_label="Pages of the list",
    )


def older_newer(state: Any, label: str) -> rx.Component:
    """Draw the ways along a list whose pages have no number; nothing while there is one.

    Args:
        state: With ``has_newer``, ``has_older`` and the handlers ``newer`` and ``older``.
        label: What it leads along, for those who hear it.
    """
    ways = rx.el.nav(
        button("Newer", small=True, on_click=state.newer, disabled=~state.has_newer),
        button("Older", small=True, on_click=state.older, disabled=~state.has_older),
        class_name="pager",
        aria_label=label,
    )
    return rx.cond(state.has_newer | state.has_older, ways, rx.fragment())


def feed(lines: Any, empty: Content = "Nothing has happened yet.") -> rx.Component:
    """Draw recent news: ``lines`` is a state var of type ``list[text.NewsText]``."""
    return rx.cond(
        lines.length() > 0,
        rx.el.ul(rx.foreach(lines, _feed_line), class_name="feed"),
        rx.el.p(empty, class_name="quiet"),
    )


def rows_or(is_ready: Any, rows: Any, drawn: rx.Component, empty: rx.Component) -> rx.Component:
    """Draw a skeleton, then ``drawn`` when there are rows, or ``empty``.

    Args:
        is_ready: State var, true once loaded.
        rows: State var, the list.
        drawn: What to draw with rows.
        empty: An :func:`empty_state`.
    """
    return rx.cond(is_ready, rx.cond(rows.length() > 0, drawn, empty), skeleton_lines(4))


def _feed_line(line: Any) -> rx.Component:
    words = rx.cond(line.href != "", link(line.text, href=line.href), rx.el.span(line.text))
    return rx.el.li(
        rx.el.span(class_name=f"feed-dot {line.tone}", custom_attrs={"aria-hidden": "true"}),
        words,
        rx.el.time(line.when, date_time=line.moment),
    )


def _heading(column: Column, state: Any) -> rx.Component:
    looks = "end" if column.at_end else ""
    if not column.title:
        return rx.el.td()  # a heading without words would be read out as one
    if not column.sort_key or state is None:
        return rx.el.th(column.title, scope="col", class_name=looks)
    is_sorted = state.sort == column.sort_key
    return rx.el.th(
        rx.el.button(
            column.title,
            type="button",
            class_name="sort",
            on_click=state.sort_by(column.sort_key),
            custom_attrs={"aria-pressed": rx.cond(is_sorted, "true", "false")},
        ),
        scope="col",
        class_name=looks,
        custom_attrs={"aria-sort": rx.cond(is_sorted, "other", "none")},
    )
