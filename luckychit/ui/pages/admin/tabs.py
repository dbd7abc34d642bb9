"""The places of the administrator."""

import reflex as rx

from luckychit.ui import components as c

PLACES = (
    ("organisers", "Organisers", "/admin"),
    ("people", "People", "/admin/people"),
    ("draws", "Draws", "/admin/draws"),
    ("trail", "Trail", "/admin/trail"),
    ("profile", "Account", "/admin/profile"),
)


def tabs(here: str) -> rx.Component:
    """Draw the way between the administrator's pages.

    Args:
        here: Name of the place shown: organisers, people, draws, trail or profile.
    """
    return c.tabs([(words, href, name == here) for name, words, href in PLACES], "Administration")
