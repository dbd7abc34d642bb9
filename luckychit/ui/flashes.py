"""What the last form post told the page it led back to."""

import reflex as rx

from luckychit.core import flash
from luckychit.ui import text

_SENTENCES = {
    "away": "We cannot reach our books right now. Please try again in a moment.",
    "busy": "We are very busy right now. Please try again in a moment.",
}


def said_to(state: rx.State, page: str) -> dict[str, str]:
    """Return what was said to this page within the last minute; nothing of other pages'.

    Args:
        state: The state whose handler runs.
        page: The page's address.
    """
    said = flash.read(state.router.headers.cookie or "")
    return said if said.get("at") == page else {}


def sentence(said: dict[str, str], own: dict[str, str]) -> str:
    """Return why a form was refused, for people; "" when it was not.

    Args:
        said: From :func:`said_to`.
        own: The page's own sentences, by the word that was said.
    """
    why, wait = said.get("why", ""), said.get("wait", "")
    if why == "wait" and wait.isdecimal():
        seconds = min(int(wait), 86_400)
        minutes = -(-seconds // 60)
        how_long = text.count(minutes, "minute") if seconds > 90 else text.count(seconds, "second")
        return f"Too many tries. Please wait {how_long}, then try again."
    return own.get(why) or _SENTENCES.get(why, "")


def problems(said: dict[str, str]) -> dict[str, str]:
    """Return the sentence that belongs beside each field."""
    return {
        name.removeprefix("wrong_"): words
        for name, words in said.items()
        if name.startswith("wrong_")
    }
