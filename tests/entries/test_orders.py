"""Handlers order the browser by verbs and values; no text is evaluated there."""

import ast
import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import reflex as rx
from hypothesis import given
from hypothesis import strategies as st
from reflex.state import FrontendEventExceptionState
from reflex_base.constants.base import REFLEX_VAR_OPENING_TAG
from reflex_base.event import Event

from luckychit.ui import client, orders

UI = Path(orders.__file__).parent
TABLE = Path("assets/js/ui.js").read_text()
CODE = client.as_it_came()
# What the framework can only do by evaluating text, at least when a handler sends it.
BY_EVAL = {
    "call_script",
    "run_script",
    "call_function",
    "set_clipboard",
    "console_log",
    "window_alert",
    "scroll_to",
    "back",
    "clear_selected_files",
    "cancel_upload",
}


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: str(path.name))
def test_no_page_sends_text_to_be_evaluated(path: Path) -> None:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    named = {node.name for node in nodes if isinstance(node, ast.alias)}
    named |= {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"rx", "rx.event"}
    }

    assert named & BY_EVAL == set(), "say it by luckychit/ui/orders.py"


def test_every_order_has_its_verb_in_the_table_and_the_table_has_no_more() -> None:
    table = re.search(r"const verbs = \{\n(.*?)\n  \};", TABLE, re.DOTALL)
    assert table is not None
    verbs = set(re.findall(r"^    (\w+): \(", table[1], re.MULTILINE))
    given_verbs = set(re.findall(r'give\("(\w+)"', inspect.getsource(orders)))

    assert given_verbs == verbs


def sent(spec: rx.event.EventSpec) -> dict[str, object]:
    event = Event.from_event_type(spec)[0]
    assert event.name == client.ORDER
    return dict(json.loads(json.dumps(event.payload)))


@given(
    st.text(max_size=30).filter(lambda text: REFLEX_VAR_OPENING_TAG not in text),
    st.integers(0, 10**9),
)
def test_values_arrive_as_they_were_given(text: str, number: int) -> None:
    looks = {"label": text, "list": [text, number], "none": None, "yes": True}

    assert sent(orders.give("any", text, number, looks)) == {
        "verb": "any",
        "args": [text, number, looks],
    }


class TestTheFrameworksCode:
    def test_evaluates_nothing_once_changed_and_knows_orders(self) -> None:
        changed = client.without_eval(CODE)

        assert CODE.count("eval(") + CODE.count("eval?.(") == len(client.EVALUATED)
        assert not re.search(r"\beval\b\??\.?\(|\bFunction\(", changed)
        assert changed.count(f'event.name == "{client.ORDER}"') == 1

    def test_is_taken_as_it_came_however_often_it_is_built(self) -> None:
        tasks: list[tuple[str, Callable[[str], str]]] = []
        client.OrdersNotText().pre_compile(add_modify_task=lambda *task: tasks.append(task))

        ((path, change),) = tasks
        assert path == "utils/state.js"
        assert change("changed by an older build") == client.without_eval(CODE)

    @pytest.mark.parametrize("part", [*client.EVALUATED, '  if (event.name == "_redirect") {\n'])
    def test_fails_the_build_when_it_is_written_another_way(self, part: str) -> None:
        with pytest.raises(RuntimeError, match="has changed"):
            client.without_eval(CODE.replace(part, "something else"))

    @pytest.mark.parametrize("more", ["eval(text)", "eval?.(text)", "new Function(text)()"])
    def test_fails_the_build_when_it_evaluates_elsewhere_too(self, more: str) -> None:
        with pytest.raises(RuntimeError, match="one more place"):
            client.without_eval(f"{CODE}\nconst more = (text) => {more};\n")

    def test_still_reloads_once_after_an_error_of_a_newer_build(self) -> None:
        handler = FrontendEventExceptionState.event_handlers["handle_frontend_exception"]
        error = "TypeError: Cannot read properties of null (reading 'x')"
        state = FrontendEventExceptionState(_reflex_internal_init=True)
        spec = next(handler.fn(state, error, ""))
        script = Event.from_event_type(spec)[0].payload["javascript_code"]

        found = re.search(client.RELOAD_ONCE, script)
        assert found is not None
        assert int(found[1]) > 0
