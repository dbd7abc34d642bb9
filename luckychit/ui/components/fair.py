"""Thin wrappers of the custom elements that verify and replay draws in the browser."""

from typing import Any

import reflex as rx


class _FairElement(rx.el.Div):
    """A custom element: a plain tag whose code is /fair/elements.js."""

    def _get_style(self) -> dict[str, Any]:
        # Custom elements take attributes only; an emotion style prop would become text.
        return {}


class _Countdown(_FairElement):
    tag = "lc-countdown"


class _Replay(_FairElement):
    tag = "lc-replay"


class _Verifier(_FairElement):
    tag = "lc-verifier"


class _BundleDrop(_FairElement):
    tag = "lc-bundle-drop"


def fair_code() -> rx.Component:
    """Load the elements' code and looks; once on each page that uses one."""
    return rx.fragment(
        rx.el.link(rel="stylesheet", href="/fair/fair.css"),
        rx.el.script(src="/fair/elements.js", type="module"),
    )


def countdown(to_ms: Any) -> rx.Component:
    """Count down to a moment, given in milliseconds since 1970."""
    return _Countdown.create(custom_attrs={"to": to_ms})


def replay(src: Any, *, autoplay: bool = False) -> rx.Component:
    """Play the pick again from the proof's own numbers."""
    attrs = {"src": src} | ({"autoplay": ""} if autoplay else {})
    return _Replay.create(custom_attrs=attrs)


def verifier(src: Any) -> rx.Component:
    """Check a published draw step by step in this browser."""
    return _Verifier.create(custom_attrs={"src": src})


def bundle_drop() -> rx.Component:
    """Check a bundle that is pasted or dropped here."""
    return _BundleDrop.create()
