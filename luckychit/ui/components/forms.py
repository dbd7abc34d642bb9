"""Forms and dialogs. Fields keep what was typed in the browser until it is sent."""

from typing import Any

import reflex as rx

from luckychit.ui.components.basics import Content, button


def field(
    label: str,
    name: str,
    *,
    hint: Content = "",
    error: Content = "",
    kind: str = "text",
    before: str = "",
    **props: Any,
) -> rx.Component:
    """Draw a labelled text field.

    Args:
        label: Its name for people.
        name: Its name in the form.
        hint: A remark under it.
        error: What is wrong (a Var such as ``State.problems["amount"]``), or "".
        kind: ``text``, ``tel``, ``email``, ``password``, ``date``, ``number``, ``search``.
        before: A sign in front of the text, such as the rupee sign.
        **props: ``default_value``, ``placeholder``, ``required``, ``auto_complete``,
            ``input_mode``, ``on_change``, ``id`` ...
    """
    field_id = props.pop("id", f"field-{name}")
    entry = rx.el.input(
        id=field_id, name=name, type=kind, class_name="input", **_described(field_id, error, props)
    )
    if before:
        sign = rx.el.span(before, custom_attrs={"aria-hidden": "true"})
        entry = rx.el.div(sign, entry, class_name="input-affix")
    return _labelled(label, field_id, entry, hint, error)


def text_area(
    label: str, name: str, *, hint: Content = "", error: Content = "", **props: Any
) -> rx.Component:
    """Draw a labelled field of several lines."""
    field_id = props.pop("id", f"field-{name}")
    entry = rx.el.textarea(
        id=field_id, name=name, class_name="input", **_described(field_id, error, props)
    )
    return _labelled(label, field_id, entry, hint, error)


def select_field(
    label: str,
    name: str,
    options: list[tuple[str, str]] | Any,
    *,
    hint: Content = "",
    error: Content = "",
    **props: Any,
) -> rx.Component:
    """Draw a native list to pick one from: (value, words) pairs, or ready options."""
    field_id = props.pop("id", f"field-{name}")
    drawn = (
        [rx.el.option(words, value=value) for value, words in options]
        if isinstance(options, list)
        else [options]
    )
    entry = rx.el.select(
        *drawn, id=field_id, name=name, class_name="input", **_described(field_id, error, props)
    )
    return _labelled(label, field_id, entry, hint, error)


def choices(
    label: str, name: str, options: list[tuple[str, str]], *, chosen: str = ""
) -> rx.Component:
    """Draw two to five big buttons to pick one from (radio buttons underneath)."""
    drawn = [
        rx.el.label(
            rx.el.input(
                type="radio", name=name, value=value, default_checked=value == chosen, required=True
            ),
            rx.el.span(words),
            class_name="choice",
        )
        for value, words in options
    ]
    return rx.el.fieldset(
        rx.el.legend(label, class_name="label"),
        rx.el.div(*drawn, class_name="choices"),
        class_name="fieldset field",
    )


def form(*children: Content, on_submit: Any, **props: Any) -> rx.Component:
    """Draw a form that is sent once.

    It carries a hidden ``key``, made in the browser before sending and kept until the
    handler answers with ``errors.done(...)``; pass ``form["key"]`` to the service.
    The pressed button waits meanwhile; ``errors.idle()`` (or any refusal) frees it.
    """
    hidden = rx.el.input(type="hidden", name="key", default_value="", custom_attrs={"data-key": ""})
    props["custom_attrs"] = {**props.get("custom_attrs", {}), "data-once": ""}
    props.setdefault("class_name", "stack")
    return rx.el.form(hidden, *children, on_submit=on_submit, **props)


class _NativeForm(rx.el.Div):
    """A form that the browser itself sends; the framework's own never lets it."""

    tag = "form"


def native_form(*children: Content, action: str) -> rx.Component:
    """Draw a form the browser posts, leaving the page; what this tab remembers ends with it."""
    return _NativeForm.create(
        *children,
        class_name="stack",
        custom_attrs={
            "action": action,
            "method": "post",
            "data-once": "",
            "data-clears-session": "",
        },
    )


def submit(words: Content, look: str = "primary", **props: Any) -> rx.Component:
    """Draw the button that sends its form."""
    return button(words, look=look, type="submit", **props)


def dialog(
    dialog_id: str, title: Content, *children: Content, wide: bool = False, **props: Any
) -> rx.Component:
    """Draw a native dialog; ``button(opens=dialog_id)`` opens it, Escape closes it.

    Args:
        dialog_id: Unique on the page.
        title: Its heading.
        *children: What it holds; often a :func:`form` ending in :func:`dialog_actions`.
        wide: For tables and previews.
        **props: Passed on.
    """
    title_id = f"{dialog_id}-title"
    return rx.el.dialog(
        rx.el.div(rx.el.h2(title, id=title_id), *children, class_name="sheet-body"),
        id=dialog_id,
        class_name="sheet sheet-wide" if wide else "sheet",
        custom_attrs={"aria-labelledby": title_id},
        **props,
    )


def dialog_actions(*children: Content, cancel: str = "Cancel") -> rx.Component:
    """Draw the last line of a dialog: a way out ("" = none of its own), then the act."""
    closer = [button(cancel, look="quiet", custom_attrs={"data-closes": ""})] if cancel else []
    return rx.el.div(*closer, *children, class_name="sheet-actions")


def confirm_dialog(
    dialog_id: str,
    title: Content,
    *explanation: Content,
    act: Content,
    on_submit: Any,
    fields: list[rx.Component] | None = None,
    is_bad: bool = False,
) -> rx.Component:
    """Ask before an act of money or one that cannot be undone.

    Args:
        dialog_id: Unique on the page; also for ``errors.done(dialog_id)``.
        title: The question.
        *explanation: What will happen, with the amount in words (``Money.words()``).
        act: The verb on the button.
        on_submit: Handler of the form; it gets ``key`` and the fields.
        fields: More fields (a reason, a reference).
        is_bad: The act takes something away.
    """
    said = [item if isinstance(item, rx.Component) else rx.el.p(item) for item in explanation]
    return dialog(
        dialog_id,
        title,
        *said,
        form(
            *(fields or []),
            dialog_actions(submit(act, look="bad" if is_bad else "primary")),
            on_submit=on_submit,
        ),
    )


def _described(field_id: str, error: Content, props: dict[str, Any]) -> dict[str, Any]:
    given = props.pop("custom_attrs", {})
    wrong = rx.cond(error, "true", "false") if isinstance(error, rx.Var) else _yes(error)
    about = {"aria-describedby": f"{field_id}-note", "aria-invalid": wrong}
    return {**props, "custom_attrs": {**about, **given}}


def _yes(value: Any) -> str:
    return "true" if value else "false"


def _labelled(
    label: str, field_id: str, entry: rx.Component, hint: Content, error: Content
) -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=field_id),
        entry,
        rx.el.div(
            rx.el.span(hint, class_name="field-hint"),
            rx.el.span(error, class_name="field-error", role="alert"),
            id=f"{field_id}-note",
            class_name="row gap-2",
        ),
        class_name="field",
    )
