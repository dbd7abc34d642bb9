"""Toasts show the words people typed, whatever they look like to the framework."""

import re
import threading
from pathlib import Path

import pytest
from reflex.event import EventSpec
from reflex_base.event import Event

from luckychit.ui import toasts

SOURCE = Path(toasts.__file__).parent
# The framework's own mark; with letters inside, reading it never ends.
MARKS = ["<reflex.Var>x</reflex.Var>", "<reflex.Var></reflex.Var>", "<reflex.Var>7</reflex.Var>"]


def _script_of(toast: EventSpec) -> str:
    return str(Event.from_event_type(toast)[0].payload["function"])


@pytest.mark.parametrize("mark", MARKS)
def test_a_name_that_looks_like_the_frameworks_mark_is_only_shown(mark: str) -> None:
    made: list[str] = []

    def make() -> None:
        toast = toasts.success(f"You are in {mark}{mark}.", description=mark, duration=8_000)
        made.append(_script_of(toast))

    maker = threading.Thread(target=make, daemon=True)
    maker.start()
    maker.join(5)

    assert made, "making the toast does not end"
    assert made[0].replace("\\u200b", "").count(mark) == 3


def test_what_people_typed_stays_inside_its_quotes() -> None:
    script = _script_of(toasts.info('"); alert(1); ("` ${1} \\ \u2028 \''))

    assert r"\"); alert(1); (\"` ${1} \\ \u2028 '" in script


def test_every_toast_goes_through_this_door() -> None:
    made = re.compile(r"rx\.toast(?!\.provider)|window_alert|console_log")
    others = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if made.search(path.read_text())
    }

    assert others == {"toasts.py"}
