"""Makes the framework's browser code carry out orders, and never evaluate text.

As the framework comes, whatever a handler sends to the browser (a notice, a focus, a
script) arrives as text that ``eval`` runs, so a page's policy would have to allow that
for everything else too. Here the generated code is changed before it is built: an order
(:mod:`luckychit.ui.orders`) goes to the fixed table in ``assets/js/ui.js``, and text from
the server is refused. When the framework writes its code another way one day, the build
fails and says where.
"""

from pathlib import Path
from typing import Unpack

from reflex_base.constants import Templates
from reflex_base.plugins.base import Plugin, PreCompileContext

ORDER = "_order"
_CODE = "utils/state.js"
_BEFORE_EVENTS = "export const applyEvent = async ("
_FIRST_EVENT = '  if (event.name == "_redirect") {\n'
# As the framework's code has them: a component sent as text, the address of an uploaded
# file, and what handlers send, with what follows from it.
EVALUATED = (
    "await eval(`import(dataUri)`)",
    "eval?.(\n        event.payload.url",
    "? eval(event.payload.callback)",
    "? eval(event.payload.javascript_code)",
    ": eval(event.payload.function)()",
    "? eval(event.payload.callback)",
)
# The one script that the framework itself sends: load the page anew after an error that a
# newer build explains, unless that was done within the milliseconds it names.
RELOAD_ONCE = r"^const last_reload = [^>]*> (\d+)\)"
_NEVER_EVALUATED = f"""
const neverEvaluated = (text) => {{
  const reload = /{RELOAD_ONCE}/.exec(text);
  if (!reload) throw new Error("text from the server is never evaluated");
  const last = parseInt(window.sessionStorage.getItem(LAST_RELOADED_KEY)) || 0;
  if (Date.now() - last > Number(reload[1])) reloadForNewVersion();
}};

"""
_CARRY_OUT = f"""  if (event.name == "{ORDER}") {{
    // The small script of the head may still be on its way.
    while (!window.lc && document.readyState !== "complete") {{
      await new Promise((resolve) => setTimeout(resolve, 20));
    }}
    window.lc.carryOut(event.payload, {{ toast: refs["__toast"], navigate }});
    return;
  }}

"""


class OrdersNotText(Plugin):
    """Part of the build that teaches the browser orders, and takes ``eval`` away."""

    def pre_compile(self, **context: Unpack[PreCompileContext]) -> None:
        """Have the framework's event code changed before Vite takes it in."""
        context["add_modify_task"](_CODE, lambda _: without_eval(as_it_came()))


def as_it_came() -> str:
    """Return the framework's event code from its package; the folder's may be changed already."""
    return (Path(Templates.Dirs.WEB_TEMPLATE) / _CODE).read_text("utf-8")


def without_eval(code: str) -> str:
    """Return the framework's event code with orders, and without any ``eval``.

    Raises:
        RuntimeError: The code is not written as it was; the change must be thought over.
    """
    missing = [part for part in (*EVALUATED, _BEFORE_EVENTS, _FIRST_EVENT) if part not in code]
    if missing:
        raise RuntimeError(f"{_CODE} of the framework has changed; not found: {missing}")
    for part in EVALUATED:
        said = part.replace("eval?.(", "neverEvaluated(").replace("eval(", "neverEvaluated(")
        code = code.replace(part, said, 1)
    if "eval(" in code or "eval?.(" in code or "Function(" in code:
        raise RuntimeError(f"{_CODE} of the framework evaluates text in one more place")
    return code.replace(_BEFORE_EVENTS, _NEVER_EVALUATED.lstrip() + _BEFORE_EVENTS, 1).replace(
        _FIRST_EVENT, _CARRY_OUT + _FIRST_EVENT, 1
    )
