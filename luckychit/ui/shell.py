"""The three frames of the house: manager, member, public. Every page sits in one."""

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import (  # type: ignore[import-untyped]
    has_connection_errors,
)

from luckychit.ui import components as c
from luckychit.ui.live import LiveState
from luckychit.ui.looks import chosen_theme, theme_toggle


class _Anchor(rx.el.Div):
    """A plain ``a``: the framework's own would make another address of ``#content``."""

    tag = "a"


MANAGER_LINKS = (
    ("dashboard", "Dashboard", "/manage", "layout-dashboard"),
    ("groups", "Groups", "/manage/groups", "circle-dot-dashed"),
    ("members", "Members", "/manage/members", "users"),
    ("collect", "Collect", "/manage/collect", "hand-coins"),
    ("payouts", "Payouts", "/manage/payouts", "trophy"),
    ("trail", "Audit trail", "/manage/trail", "history"),
)
MEMBER_LINKS = (
    ("home", "Home", "/app", "house"),
    ("payments", "Payments", "/app/payments", "receipt-indian-rupee"),
    ("lottery", "Lottery", "/app/lottery", "circle-dot-dashed"),
    ("profile", "Profile", "/app/profile", "circle-user"),
)


def manager_frame(
    *children: Any, here: str, title: Any, action: Any = None, missing: Any = None
) -> rx.Component:
    """Draw a manager's page: sidebar, one heading, content up to 1400 px.

    Args:
        *children: The content, in cards.
        here: Name of the sidebar's place: dashboard, groups, members, collect, payouts,
            trail.
        title: The page's heading (level 1); text or a Var.
        action: The page's first button, at the end of the heading's line.
        missing: State var, true when what the page is about does not exist (or is not theirs).
    """
    head = rx.el.div(rx.el.h1(title), *_given(action), class_name="page-head")
    return _whole(
        rx.el.div(
            rx.el.header(
                rx.el.div(c.brand("/manage"), class_name="between no-wrap"),
                c.button(
                    c.icon("menu"),
                    look="icon",
                    aria_label="Menu",
                    class_name="side-toggle",
                    custom_attrs={"data-toggle": "", "aria-expanded": "false"},
                ),
                rx.el.nav(
                    *(_side_link(*link, is_here=link[0] == here) for link in MANAGER_LINKS),
                    class_name="side-nav",
                    aria_label="Main",
                ),
                rx.el.div(_who(), sign_out(), class_name="side-foot"),
                class_name="side",
            ),
            rx.el.main(
                _or_missing(missing, head, *children), id="content", class_name="manage-main"
            ),
            class_name="manage",
        )
    )


def member_frame(
    *children: Any,
    here: str,
    title: Any,
    heading: Any = None,
    missing: Any = None,
    is_below: bool = False,
) -> rx.Component:
    """Draw a member's page: 320 to 600 px, bottom navigation.

    Args:
        *children: The content.
        here: Name of the tab: home, payments, lottery, profile.
        title: The page's heading (level 1).
        heading: Drawn instead of the title's own line; must hold the ``h1`` then.
        missing: State var, true when what the page is about does not exist (or is not theirs).
        is_below: The page is not the tab's own but one that the tab leads to.
    """
    head = heading if heading is not None else rx.el.h1(title)
    current = "true" if is_below else "page"
    tabs = (_tab(*link, current=current if link[0] == here else "") for link in MEMBER_LINKS)
    return _whole(
        rx.el.div(
            rx.el.header(
                c.brand("/app"),
                c.link(
                    c.avatar(LiveState.initials),
                    rx.el.span("Profile", class_name="sr-only"),
                    href="/app/profile",
                ),
                class_name="member-top",
            ),
            rx.el.main(
                _or_missing(missing, head, *children), id="content", class_name="member-main"
            ),
            rx.el.nav(
                rx.el.ul(*tabs),
                class_name="bottom-nav",
                aria_label="Main",
            ),
            class_name="member",
        )
    )


def heading_below(words: Any, tab: str, href: str, *beside: Any) -> rx.Component:
    """Draw the heading of a page that another one leads to, with the way back.

    Args:
        words: The page's heading (level 1).
        tab: Name of the page to go back to.
        href: Its address.
        *beside: What stands next to the heading, such as a chip.
    """
    return rx.el.div(
        c.link(c.icon("chevron-left", 18), tab, href=href, class_name="back"),
        rx.el.div(rx.el.h1(words), *beside, class_name="row"),
        class_name="stack gap-1",
    )


def public_frame(*children: Any, narrow: bool = False, missing: Any = None) -> rx.Component:
    """Draw a page that anyone may see; the content brings its own ``h1``.

    Args:
        *children: The content.
        narrow: For reading: 760 px.
        missing: State var, true when what the page is about does not exist.
    """
    looks = "public-main public-main-narrow" if narrow else "public-main"
    return _whole(
        rx.el.div(
            rx.el.header(
                c.brand(),
                rx.el.nav(
                    c.link("Draws", href="/draws"),
                    c.link("Verify", href="/verify", class_name="wide-only"),
                    _own_door(),
                    theme_toggle(),
                    class_name="public-nav",
                    aria_label="Main",
                ),
                class_name="public-top",
            ),
            rx.el.main(_or_missing(missing, *children), id="content", class_name=looks),
            _foot(),
            class_name="public",
        )
    )


def sign_out(wide: bool = True) -> rx.Component:  # noqa: FBT001, FBT002 - reads as sign_out()
    """Draw the way out: a native form, so that the cookie and the tab's state both end."""
    # Without its own line, its edge must be seen: it stands under others.
    look = "quiet" if wide else ""
    return c.native_form(
        c.button("Sign out", look=look, wide=wide, type="submit"), action="/auth/sign-out"
    )


def not_found() -> rx.Component:
    """Say that there is nothing at this address, and where to go."""
    return rx.el.div(
        c.mark(),
        rx.el.h1("Nothing here"),
        rx.el.p(
            "The address is wrong, or this belongs to somebody else.", class_name="quiet prose"
        ),
        c.link_button("Go to the start", href="/", look="primary"),
        class_name="empty",
    )


def waiting() -> rx.Component:
    """Draw what stands before a page whose address only the browser knows."""
    return rx.el.div(
        c.mark(),
        rx.el.p("Save together. Draw in the open."),
        class_name="waiting",
        role="status",
    )


def _whole(content: rx.Component) -> rx.Component:
    banner = rx.el.aside("Demo: no real money", class_name="demo", aria_label="Demo")
    return rx.fragment(
        _Anchor.create(
            "Skip to content", class_name="skip-link", custom_attrs={"href": "#content"}
        ),
        rx.cond(LiveState.is_demo, banner, rx.fragment()),
        content,
        chosen_theme(),
        rx.el.div(LiveState.announcement, class_name="sr-only", role="status"),
        rx.cond(has_connection_errors, _cut_off("offline"), rx.fragment()),
        # The device knows at once that it is cut off; the socket may need a minute.
        _cut_off("device-offline"),
    )


def _cut_off(class_name: str) -> rx.Component:
    return rx.el.div(
        rx.el.span(class_name="spinner"),
        "Connection lost. Nothing is sent until it is back.",
        class_name=class_name,
        role="status",
    )


def _given(child: Any) -> list[Any]:
    return [] if child is None else [child]


def _or_missing(missing: Any, *children: Any) -> rx.Component:
    if missing is None:
        return rx.fragment(*children)
    return rx.cond(missing, not_found(), rx.fragment(*children))


def _side_link(_name: str, words: str, href: str, icon: str, *, is_here: bool) -> rx.Component:
    current = {"aria-current": "page"} if is_here else {}
    return c.link(c.icon(icon), words, href=href, class_name="side-link", custom_attrs=current)


def _tab(_name: str, words: str, href: str, icon: str, *, current: str) -> rx.Component:
    link = c.link(
        c.icon(icon, 24),
        rx.el.span(words),
        href=href,
        class_name="bottom-link",
        custom_attrs={"aria-current": current} if current else {},
    )
    return rx.el.li(link)


def _who() -> rx.Component:
    return rx.el.div(
        c.link(
            c.avatar(LiveState.initials),
            rx.el.span(LiveState.full_name, class_name="clip strong small"),
            rx.el.span("Your account", class_name="sr-only"),
            href="/manage/profile",
            class_name="side-who grow",
        ),
        theme_toggle(),
        class_name="row no-wrap",
    )


def _own_door() -> rx.Component:
    return rx.match(
        LiveState.role,
        ("manager", c.link_button("My groups", href="/manage", look="primary", small=True)),
        ("member", c.link_button("My circles", href="/app", look="primary", small=True)),
        ("admin", c.link_button("Admin", href="/admin", look="primary", small=True)),
        c.link_button("Sign in", href="/sign-in", look="primary", small=True),
    )


def _foot() -> rx.Component:
    return rx.el.footer(
        rx.el.div(
            rx.el.span("LuckyChit. Every draw can be checked by anyone."),
            rx.el.span(
                c.link("Past draws", href="/draws"),
                c.link("Check a draw", href="/verify"),
                c.file_link("Download the verifier", href="/verify.py", download=True),
                c.file_link("API", href="/api/docs"),
                class_name="row",
            ),
        ),
        class_name="public-foot",
    )
