"""Thin wrappers of the custom elements that verify and replay draws in the browser."""

from typing import Any

import reflex as rx


class FairElement(rx.el.Div):
    """A custom element: a plain tag whose code is /fair/elements.js.

    ``alias`` is what the browser sees; ``tag`` only names the memoised wrapper, and
    must be an identifier.
    """

    def _get_style(self) -> dict[str, Any]:
        # Custom elements take attributes only; an emotion style prop would become text.
        return {}


class _Countdown(FairElement):
    tag = "LcCountdown"
    alias = "lc-countdown"


class _Replay(FairElement):
    tag = "LcReplay"
    alias = "lc-replay"


class _Verifier(FairElement):
    tag = "LcVerifier"
    alias = "lc-verifier"


class _BundleDrop(FairElement):
    tag = "LcBundleDrop"
    alias = "lc-bundle-drop"


class _Remember(FairElement):
    tag = "LcRemember"
    alias = "lc-remember"


def fair_code() -> rx.Component:
    """Load the elements' code; once on each page that uses one. Their looks are global."""
    # React runs a script it creates itself only when it is async.
    return rx.el.script(src="/fair/elements.js", type="module", custom_attrs={"async": True})


def countdown(to_ms: Any, *, skew_ms: Any = 0, label: str = "", done: str = "") -> rx.Component:
    """Count down to a moment.

    Args:
        to_ms: Milliseconds since 1970.
        skew_ms: How far the server's clock is ahead of the world's (``LiveState.skew_ms``).
        label: Words before the clock.
        done: Words instead of the clock once the moment has passed.
    """
    return _Countdown.create(
        custom_attrs={"to": to_ms, "skew": skew_ms, "label": label, "done": done}
    )


def replay(src: Any, *, autoplay: bool = False, names: Any = "{}") -> rx.Component:
    """Play the pick again from the proof's own numbers.

    Args:
        src: Address of the bundle.
        autoplay: Play as soon as it is seen.
        names: JSON text, names by ticket id, for pages whose readers may know them.
    """
    attrs = {"src": src, "names": names} | ({"autoplay": ""} if autoplay else {})
    return _Replay.create(custom_attrs=attrs)


def verifier(src: Any) -> rx.Component:
    """Check a published draw step by step in this browser."""
    return _Verifier.create(custom_attrs={"src": src})


def bundle_drop() -> rx.Component:
    """Check a bundle that is pasted or dropped here."""
    return _BundleDrop.create()


def remember(draw_id: Any, commit: Any, lock: Any) -> rx.Component:
    """Keep in this browser what was published now, to compare with what is told later."""
    return _Remember.create(custom_attrs={"drawid": draw_id, "commit": commit, "lock": lock})
