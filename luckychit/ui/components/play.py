"""Thin wrappers of the custom elements that sell tickets in the browser (assets/js/play.js)."""

from typing import Any

import reflex as rx

from luckychit.ui.components.fair import FairElement


class _Odds(FairElement):
    tag = "LcOdds"
    alias = "lc-odds"


class _Stepper(FairElement):
    tag = "LcStepper"
    alias = "lc-stepper"


class _Phrase(FairElement):
    tag = "LcPhrase"
    alias = "lc-phrase"


class _Kept(FairElement):
    tag = "LcKept"
    alias = "lc-kept"


class _Moment(FairElement):
    tag = "LcMoment"
    alias = "lc-moment"


def play_code() -> rx.Component:
    """Load the elements' code; once on each page that uses one."""
    # React runs a script it creates itself only when it is async.
    return rx.el.script(src="/js/play.js", type="module", custom_attrs={"async": True})


def early_code() -> rx.Component:
    """Load the elements' code with the page itself, and that of the pot beside them."""
    return rx.fragment(
        *(rx.el.link(rel="modulepreload", href=src) for src in ("/fair/dom.js", "/js/pot.js")),
        play_code(),
    )


def odds(mine: Any, entry_count: Any) -> rx.Component:
    """Say how the chances stand.

    Args:
        mine: Tickets of the reader.
        entry_count: Tickets of all, as a number or as the text of a live pot.
    """
    return _Odds.create(custom_attrs={"mine": mine, "entries": entry_count})


def stepper(
    *, price_minor: Any, currency: Any, most: Any, balance_minor: Any, mine: Any, entry_count: Any
) -> rx.Component:
    """Ask how many tickets, in the field ``quantity``, and say what they cost and bring.

    Args:
        price_minor: Of one ticket.
        currency: ISO 4217 code.
        most: How many may be bought at once, at least 1.
        balance_minor: What the buyer has; more than that sets ``data-short``.
        mine: Tickets the buyer has already.
        entry_count: Tickets of all, as for :func:`odds`.
    """
    return _Stepper.create(
        custom_attrs={
            "price": price_minor,
            "currency": currency,
            "most": most,
            "balance": balance_minor,
            "mine": mine,
            "entries": entry_count,
        }
    )


def phrase(draw_id: Any, problem: Any) -> rx.Component:
    """Ask for the buyer's own phrase, in the field ``client_seed``; made and kept here.

    Args:
        draw_id: Of the draw it is kept for.
        problem: What is wrong with it, or "".
    """
    return _Phrase.create(custom_attrs={"drawid": draw_id, "problem": problem})


def kept(draw_id: Any, client_seed: Any) -> rx.Component:
    """Say whether a ticket carries what this device chose; nothing when it chose nothing."""
    return _Kept.create(custom_attrs={"drawid": draw_id, "phrase": client_seed})


def local_moment(at_ms: Any, *, skew_ms: Any = 0) -> rx.Component:
    """Say a moment where the reader is: tomorrow at 5:30 am.

    Args:
        at_ms: Milliseconds since 1970.
        skew_ms: How far the server's clock is ahead of the world's.
    """
    return _Moment.create(custom_attrs={"ms": at_ms, "skew": skew_ms})
