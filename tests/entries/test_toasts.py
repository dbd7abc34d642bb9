"""Toasts show the words people typed, whatever they look like to the framework."""

import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from reflex.event import EventSpec
from reflex_base.event import Event

from luckychit.ui import toasts

SOURCE = Path(toasts.__file__).parent
# The framework's own mark; with letters inside, reading it never ends.
MARKS = ["<reflex.Var>x</reflex.Var>", "<reflex.Var></reflex.Var>", "<reflex.Var>7</reflex.Var>"]


def _sent(toast: EventSpec) -> list[Any]:
    """Return what the browser gets, after the journey."""
    payload = json.loads(json.dumps(Event.from_event_type(toast)[0].payload))
    assert payload["verb"] == "toast"
    return list(payload["args"])


@pytest.mark.parametrize("mark", MARKS)
def test_a_name_that_looks_like_the_frameworks_mark_is_only_shown(mark: str) -> None:
    made: list[list[Any]] = []

    def make() -> None:
        link: toasts.Link = {"label": mark, "href": "/app"}
        toast = toasts.success(f"You are in {mark}{mark}.", description=mark, action=link)
        made.append(_sent(toast))

    maker = threading.Thread(target=make, daemon=True)
    maker.start()
    maker.join(5)

    assert made, "making the toast does not end"
    level, said, looks = made[0]
    assert level == "success"
    shown = json.dumps([said, looks], ensure_ascii=False).replace("\u200b", "")
    assert shown.count(mark) == 4


@pytest.mark.parametrize("typed", ['"); alert(1); ("` ${1} \\ \u2028 \'', "<b>x</b>", "{{x}}", ""])
def test_what_people_typed_arrives_as_it_is(typed: str) -> None:
    assert _sent(toasts.info(typed, description=typed, duration=8_000)) == [
        "info",
        typed,
        {"description": typed, "duration": 8_000},
    ]


def test_every_toast_goes_through_this_door() -> None:
    made = re.compile(r"rx\.toast(?!\.provider)|orders\.toast|window_alert|console_log")
    others = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if made.search(path.read_text())
    }

    assert others == {"toasts.py"}
