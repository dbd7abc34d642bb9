"""When the browser draws: what the state says at once, or in pieces that let it breathe."""

from hashlib import md5
from typing import Any

import reflex as rx
from reflex_base.vars import VarData


def unhurried(is_true: Any) -> Any:
    """Follow a yes or no of the state without holding up the page.

    What the state says is drawn in one go, however much it is: a phone answers nobody
    for that long. What follows this instead is drawn in slices of a few milliseconds,
    with room for taps between them, and then shown at once as ever.

    Args:
        is_true: State var.

    Returns:
        A Var for ``rx.cond``; it turns a moment after ``is_true`` does.

    Source:
        React, useDeferredValue: its update is a transition, which never blocks.
    """
    said = str(is_true)
    name = f"unhurried_{md5(said.encode(), usedforsecurity=False).hexdigest()}"
    return rx.Var(
        _js_expr=name,
        _var_type=bool,
        _var_data=VarData.merge(
            is_true._get_all_var_data(),  # noqa: SLF001 - Vars have no public way to their needs
            VarData(
                imports={"react": "useDeferredValue"},
                hooks={f"const {name} = useDeferredValue({said})": None},
            ),
        ),
    )


def afterwards() -> Any:
    """Tell whether what stands around it is on the screen already.

    For what lies below the first sight of a page: drawn a moment later, in slices too, it
    does not make the first sight wait.

    Returns:
        A Var for ``rx.cond``; false at first, true soon after.
    """
    return rx.Var(
        _js_expr="is_afterwards",
        _var_type=bool,
        _var_data=VarData(
            imports={"react": ["startTransition", "useEffect", "useState"]},
            hooks={
                "const [is_afterwards, set_afterwards] = useState(false)": None,
                "useEffect(() => startTransition(() => set_afterwards(true)), [])": None,
            },
        ),
    )
