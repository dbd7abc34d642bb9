"""Buttons, links, cards, chips, money: the words of every page. No state."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import (  # type: ignore[import-untyped]
    ReactRouterLink,
)

from luckychit.ui.components.mark import mark

Content = Any  # text, a Var, or a component


def button(
    *children: Content,
    look: str = "",
    small: bool = False,
    wide: bool = False,
    opens: str = "",
    **props: Any,
) -> rx.Component:
    """Draw a button.

    Args:
        *children: Its words; an icon before them is fine.
        look: ``primary``, ``quiet``, ``bad``, ``icon`` or "" (plain).
        small: Less high than a thumb; only where a mouse is likely.
        wide: As wide as its place.
        opens: Id of the dialog it opens.
        **props: ``on_click``, ``type``, ``disabled``, ``aria_label`` ...
    """
    props.setdefault("type", "button")
    if opens:
        props["custom_attrs"] = {**props.get("custom_attrs", {}), "data-opens": opens}
    looks = f"{_button_class(look, small=small, wide=wide)} {props.pop('class_name', '')}".strip()
    return rx.el.button(*children, class_name=looks, **props)


def link(*children: Content, href: Any, **props: Any) -> rx.Component:
    """Draw a link to one of our pages, opened without loading the whole page again.

    For files and addresses of the API use :func:`file_link`.
    """
    return ReactRouterLink.create(*children, to=href, **props)


def file_link(*children: Content, href: Any, **props: Any) -> rx.Component:
    """Draw a link that the browser itself follows: a file, an address of the API, a place here.

    ``rx.el.a`` would look for a page of ours at that address.
    """
    return ReactRouterLink.create(*children, to=href, reload_document=True, **props)


def link_button(
    *children: Content,
    href: Any,
    look: str = "",
    small: bool = False,
    wide: bool = False,
    **props: Any,
) -> rx.Component:
    """Draw a link that looks like a button; for going somewhere, never for doing."""
    return link(
        *children, href=href, class_name=_button_class(look, small=small, wide=wide), **props
    )


def _button_class(look: str, *, small: bool, wide: bool) -> str:
    words = ["btn", f"btn-{look}" if look else "", "btn-small" if small else ""]
    return " ".join(filter(None, [*words, "btn-wide" if wide else ""]))


def card(
    *children: Content,
    title: Content = None,
    action: Content = None,
    flush: bool = False,
    look: str = "",
    **props: Any,
) -> rx.Component:
    """Draw a card; with a title it is a section under that heading.

    Args:
        *children: What it holds.
        title: Heading (level 2), or None.
        action: A link or button at the end of the heading's line.
        flush: No inner padding (tables, lists of links).
        look: ``brand``, ``luck``, ``lift`` or "".
        **props: Passed on.
    """
    extra = [
        props.pop("class_name", ""),
        "card-flush" if flush else "",
        f"card-{look}" * bool(look),
    ]
    class_name = " ".join(filter(None, ["card", "stack", *extra, "gap-0" if flush else ""]))
    head = []
    if title is not None:
        heading = title if isinstance(title, rx.Component) else rx.el.h2(title)
        head = [
            rx.el.div(heading, *([action] if action is not None else []), class_name="card-head")
        ]
    return rx.el.section(*head, *children, class_name=class_name, **props)


def stat_card(
    label: Content, value: Content, note: Content = "", *, is_ready: Any = True, href: str = ""
) -> rx.Component:
    """Draw one calm large number with its name and a note; a bar waits until it is known."""
    shown = value if is_ready is True else rx.cond(is_ready, value, skeleton("6rem", "2.4rem"))
    inside = (
        rx.el.span(label, class_name="stat-label"),
        rx.el.span(shown, class_name="stat-value num"),
        rx.el.span(note, class_name="stat-note"),
    )
    if href:
        return link(*inside, href=href, class_name="card stat")
    return rx.el.div(*inside, class_name="card stat")


def money(amount: Content, size: str = "", **props: Any) -> rx.Component:
    """Draw an amount that the state already holds as text.

    Args:
        amount: ``Money.text()``; "" draws nothing.
        size: "", ``large`` or ``huge``.
        **props: Passed on; ``class_name`` may add a tone (``good``, ``bad``, ``quiet``).
    """
    tone = props.pop("class_name", "")
    looks = " ".join(filter(None, ["money", f"money-{size}" if size else "", tone]))
    return rx.el.span(amount, class_name=looks, **props)


def chip(words: Content, kind: Content = "") -> rx.Component:
    """Draw a status: a word with a shape.

    Args:
        words: The status for people (``text.STATUSES``).
        kind: paid, part, late, due, ahead, won, open, locked, drawn, forming, active,
            completed, good, warn, bad, luck; may be a Var.
    """
    return rx.el.span(words, class_name=f"chip chip-{kind}")


def brand(href: str = "/") -> rx.Component:
    """Draw mark and word as the way home."""
    return link(mark(), rx.el.span("LuckyChit"), href=href, class_name="brand")


def avatar(letters: Content) -> rx.Component:
    """Draw a person's initials; the name stands beside it."""
    return rx.el.span(letters, class_name="avatar", custom_attrs={"aria-hidden": "true"})


def icon(name: str, size: int = 20) -> rx.Component:
    """Draw a lucide icon by its literal name, as decoration."""
    return rx.icon(name, size=size, custom_attrs={"aria-hidden": "true"})


def skeleton(width: str = "100%", height: str = "1em") -> rx.Component:
    """Draw the place of something that has not arrived."""
    return rx.el.span(
        class_name="skeleton",
        style={"width": width, "height": height},
        custom_attrs={"aria-hidden": "true"},
    )


def skeleton_lines(count: int = 3) -> rx.Component:
    """Draw the place of a few lines, and say to screen readers that they are coming."""
    widths = ("92%", "74%", "83%", "60%")
    return rx.el.div(
        rx.el.span("Loading", class_name="sr-only", role="status"),
        *(skeleton(widths[place % len(widths)], "1.1em") for place in range(count)),
        class_name="stack gap-3",
    )


def until_ready(is_ready: Any, content: rx.Component, lines: int = 3) -> rx.Component:
    """Draw ``content`` once the state has it, a skeleton before: never an empty amount."""
    return rx.cond(is_ready, content, skeleton_lines(lines))


def empty_state(title: str, advice: Content, action: Content = None) -> rx.Component:
    """Say that nothing is here yet and what to do next."""
    return rx.el.div(
        mark(),
        rx.el.h3(title),
        rx.el.p(advice, class_name="quiet prose"),
        *([action] if action is not None else []),
        class_name="empty",
    )


def notice(*children: Content, tone: str = "") -> rx.Component:
    """Draw a lasting remark inside a page: good, warn, bad, luck or "" (plain)."""
    return rx.el.div(*children, class_name=f"notice notice-{tone}" if tone else "notice")


def notice_if(words: Content, tone: str = "") -> rx.Component:
    """Draw a remark while its State var has words; read out when it comes."""
    return rx.cond(
        words != "",
        rx.el.div(
            rx.el.p(words), role="status", class_name=f"notice notice-{tone}" if tone else "notice"
        ),
        rx.fragment(),
    )


def copy_button(what: Content, label: str = "Copy") -> rx.Component:
    """Draw a button that copies ``what``; says Copied for a moment."""
    return rx.el.button(
        rx.el.span(label, class_name="copy-idle"),
        rx.el.span("Copied", class_name="copy-done", role="status"),
        type="button",
        class_name="btn btn-small copy",
        custom_attrs={"data-copy": what},
    )


def progress_bar(share: Content, label: Content) -> rx.Component:
    """Draw a share from 0 to 100 (a whole number in the state) with its words."""
    return rx.el.span(
        rx.el.span(style={"--share": share}),
        class_name="bar",
        role="img",
        aria_label=label,
    )


def tabs(items: list[tuple[Content, Any, Any]], label: str) -> rx.Component:
    """Draw links as tabs.

    Args:
        items: (words, href, is this one shown) each; the last may be a Var.
        label: What the tabs divide, for screen readers.
    """
    links = [
        link(words, href=href, class_name="tab", custom_attrs={"aria-current": _current(is_here)})
        for words, href, is_here in items
    ]
    return rx.el.nav(*links, class_name="tabs", aria_label=label)


def segmented(items: list[tuple[Content, Any, Any]], label: str) -> rx.Component:
    """Draw a choice between a few views: (words, event handler, is chosen) each."""
    buttons = [
        rx.el.button(
            words,
            type="button",
            on_click=pick,
            class_name="segment",
            custom_attrs={"aria-pressed": rx.cond(is_chosen, "true", "false")},
        )
        for words, pick, is_chosen in items
    ]
    return rx.el.div(*buttons, class_name="segmented", role="group", aria_label=label)


def _current(is_here: Any) -> Any:
    if isinstance(is_here, bool):
        return "page" if is_here else "false"
    return rx.cond(is_here, "page", "false")
