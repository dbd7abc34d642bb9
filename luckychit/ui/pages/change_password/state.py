"""What the page for a new password knows."""

from typing import Any
from urllib.parse import quote

import reflex as rx

from luckychit.core import errors, next_page
from luckychit.domain.users import errors as user_errors
from luckychit.domain.users import service as users
from luckychit.ui import orders, session
from luckychit.ui.paging import Formed

_OF_ADDRESSES = "/?#&=%"


class ChangePasswordState(Formed, rx.State):
    """The one door a one-time password opens."""

    is_first: bool = False

    @rx.event
    async def load(self) -> None:
        """Find out whether this is the first own password."""
        who = await session.actor(self, new_password_pending=True)
        self.is_first = who.must_change_password

    @rx.event
    async def change(self, form: dict[str, Any]) -> Any:
        """Replace the password; every other session of the person ends."""
        who = await session.actor(self, new_password_pending=True)
        wanted = _typed(form, "new_password")
        if wanted != _typed(form, "repeated"):
            return self._mark(
                errors.InvalidInput({"repeated": "The two new passwords are not the same."})
            )
        try:
            await session.call_slowly(
                users.change_password,
                actor=who,
                current_password=_typed(form, "current_password"),
                new_password=wanted,
            )
        except errors.InvalidInput as exc:
            return self._mark(exc)
        except user_errors.WrongCurrentPassword as exc:
            return self._mark(errors.InvalidInput({"current_password": exc.message}))
        self.problems = {}
        asked = next_page.safe_next(self.router.url.query_parameters.get("next", ""))
        # Quoted: the framework has marks of its own in text, and reads them on the way there.
        page = quote(asked, safe=_OF_ADDRESSES) or session.START_PAGES.get(who.role, "/")
        return orders.go_to(page)


def _typed(form: object, name: str) -> str:
    """Return a password as typed: blanks at its ends belong to it."""
    value = form.get(name, "") if isinstance(form, dict) else ""
    return value if isinstance(value, str) else ""
