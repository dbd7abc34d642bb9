"""What stands around every page: icons, colours of the browser's bars, small scripts."""

from collections.abc import Callable

import reflex as rx
from reflex.app import default_error_boundary
from reflex.style import resolved_color_mode

from luckychit.ui import theme

STYLESHEETS = theme.STYLESHEETS

# Out of the way of headings and amounts: in the corner, on a phone over the top line.
_NOTICES = rx.Var(
    "(globalThis.matchMedia?.('(min-width: 800px)').matches ? 'bottom-right' : 'top-center')"
).to(str)


def components() -> list[rx.Component]:
    """Return the elements of the document's head."""
    return [
        rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
        rx.el.link(rel="apple-touch-icon", href="/icons/apple-touch-icon.png"),
        rx.el.link(rel="manifest", href="/manifest.json"),
        rx.el.link(
            rel="preload",
            href="/fonts/anek-latin.woff2",
            custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": "anonymous"},
        ),
        rx.el.meta(
            name="theme-color",
            content=theme.BROWSER_LIGHT,
            custom_attrs={"media": "(prefers-color-scheme: light)"},
        ),
        rx.el.meta(
            name="theme-color",
            content=theme.BROWSER_DARK,
            custom_attrs={"media": "(prefers-color-scheme: dark)"},
        ),
        rx.el.script(src="/js/ui.js", custom_attrs={"defer": "true"}),
    ]


def toaster() -> rx.Component:
    """Return the place where notices appear; its looks come from the tokens."""
    return rx.toast.provider(
        position=_NOTICES,
        expand=False,
        close_button=True,
        rich_colors=False,
        theme=resolved_color_mode,
        visible_toasts=3,
    )


def wraps() -> dict[tuple[int, str], Callable[[bool], rx.Component | None]]:
    """Return what wraps every page: the net under drawing errors.

    The framework's own connection notices are left out; shell.py draws a quieter one.
    """
    return {
        (55, "ErrorBoundary"): lambda is_stateful: default_error_boundary(
            **({} if is_stateful else {"on_error": rx.noop()})
        ),
    }
