"""Notices that come and go: the one door through which words reach them."""

from typing import TypedDict, Unpack

from reflex.event import EventSpec

from luckychit.ui import orders


class Link(TypedDict):
    """A button of a notice that leads to a page of ours."""

    label: str
    href: str


class Looks(TypedDict, total=False):
    """How a notice is shown, beside its words."""

    description: str
    duration: int  # milliseconds
    id: str  # a later notice with the same one takes its place
    action: Link


def success(said: str, **looks: Unpack[Looks]) -> EventSpec:
    """Say that something went well.

    Args:
        said: Any text, also what people typed.
        **looks: As in :class:`Looks`.
    """
    return orders.toast("success", said, {**looks})


def info(said: str, **looks: Unpack[Looks]) -> EventSpec:
    """Say that something happened; arguments as of :func:`success`."""
    return orders.toast("info", said, {**looks})


def warning(said: str, **looks: Unpack[Looks]) -> EventSpec:
    """Say that something was refused; arguments as of :func:`success`."""
    return orders.toast("warning", said, {**looks})


def error(said: str, **looks: Unpack[Looks]) -> EventSpec:
    """Say that something is broken; arguments as of :func:`success`."""
    return orders.toast("error", said, {**looks})
