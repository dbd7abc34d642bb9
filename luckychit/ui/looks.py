"""Light or dark: the switch, and the choice that follows a person to every device."""

from typing import Any

import reflex as rx
from reflex.style import resolved_color_mode, set_color_mode
from reflex_base import constants
from reflex_base.style import color_mode_imports
from reflex_base.vars import VarData

from luckychit.ui import components as c
from luckychit.ui.live import LiveState

_SETTER = constants.ColorMode.SET
_OTHER = rx.cond(resolved_color_mode == "light", "dark", "light")


class _ChosenTheme(rx.el.Span):
    """Puts the stored choice into force when it arrives, and whenever it changes."""

    def add_imports(self) -> dict[str, list[str]]:
        return {"react": ["useEffect"]}

    def add_hooks(self) -> list[Any]:
        # For the type checker: here it is a Var.
        chosen: Any = LiveState.theme
        effect: Any = rx.Var(
            f"useEffect(() => {{ if ({chosen!s}) {_SETTER}({chosen!s}); }}, [{chosen!s}])",
            _var_data=VarData.merge(
                chosen._get_all_var_data(),  # noqa: SLF001 - no public way to what a var needs
                VarData(
                    imports=color_mode_imports,
                    hooks={f"const {{ {_SETTER} }} = useContext(ColorModeContext)": None},
                ),
            ),
        )
        return [effect]


def chosen_theme() -> rx.Component:
    """Draw nothing, and let the stored choice decide the colours of this tab."""
    return _ChosenTheme.create(hidden=True, custom_attrs={"data-theme": LiveState.theme})


def theme_toggle() -> rx.Component:
    """Draw the switch between light and dark; who is signed in is remembered everywhere."""
    return rx.el.button(
        rx.el.span(c.icon("moon"), class_name="moon"),
        rx.el.span(c.icon("sun"), class_name="sun"),
        type="button",
        aria_label="Switch between light and dark",
        class_name="btn btn-icon theme-toggle",
        on_click=[set_color_mode(_OTHER), LiveState.choose_theme(_OTHER)],
    )


def theme_choice() -> rx.Component:
    """Draw the choice of three: as the device, light, dark."""
    choices = (("system", "As device"), ("light", "Light"), ("dark", "Dark"))
    return c.segmented(
        [
            (words, LiveState.choose_theme(theme), LiveState.theme == theme)
            for theme, words in choices
        ],
        "Light or dark",
    )
