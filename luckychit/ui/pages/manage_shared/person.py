"""The fields that name a person, wherever a manager adds one."""

from typing import Any

import reflex as rx

from luckychit.ui import components as c


def person_fields(state: Any) -> list[rx.Component]:
    """Draw the name and the mobile number, with what ``state.problems`` says of them."""
    return [
        c.field(
            "Name",
            "full_name",
            required=True,
            max_length=100,
            auto_complete="off",
            error=state.problems["full_name"],
        ),
        c.field(
            "Mobile number",
            "mobile_number",
            kind="tel",
            required=True,
            auto_complete="off",
            hint="Ten digits, or with the country's code.",
            error=state.problems["mobile_number"],
        ),
    ]
