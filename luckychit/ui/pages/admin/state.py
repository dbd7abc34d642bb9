"""What the administrator's page knows."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.core import errors
from luckychit.domain.users import queries
from luckychit.domain.users import service as users
from luckychit.ui import errors as ui_errors
from luckychit.ui import session, text, toasts
from luckychit.ui.pages.admin.handed import Handed
from luckychit.ui.pages.manage_shared.words import said_mobile
from luckychit.ui.paging import Formed


@dataclass
class ManagerLine:
    """One organiser, ready to draw."""

    user_id: str = ""
    name: str = ""
    contact: str = ""
    since: str = ""
    status: str = ""
    status_text: str = ""
    has_factor: bool = False


class AdminState(Handed, Formed, rx.State):
    """Organisers, and the one-time password that is shown once."""

    is_ready: bool = False
    managers: list[ManagerLine] = []
    asked_id: str = ""
    asked_name: str = ""

    @rx.event
    async def load(self) -> None:
        """Read the organisers."""
        actor = await session.actor(self, "admin")
        views = await session.call(queries.managers, actor=actor)
        self.managers = [_line(view) for view in views]
        self.is_ready = True

    @rx.event
    async def create(self, form: dict[str, Any]) -> Any:
        """Make an organiser's account."""
        actor = await session.actor(self, "admin")
        try:
            made = await session.call_slowly(
                users.create_manager,
                actor=actor,
                full_name=session.typed_text(form, "full_name"),
                mobile_number=session.typed_text(form, "mobile_number"),
                email=session.typed_text(form, "email") or None,
            )
        except errors.InvalidInput as exc:
            return self._mark(exc)
        self.problems = {}
        return self._show(made)

    @rx.event
    async def renew(self, user_id: str) -> Any:
        """Give an organiser a new one-time password."""
        actor = await session.actor(self, "admin")
        made = await session.call_slowly(
            users.renew_one_time_password, actor=actor, user_id=session.as_id(user_id)
        )
        return self._show(made)

    @rx.event
    async def ask_removal(self, user_id: str) -> None:
        """Say whose second factor is asked about."""
        await session.actor(self, "admin")
        found = [one for one in self.managers if one.user_id == user_id]
        self.asked_id = found[0].user_id if found else ""
        self.asked_name = found[0].name if found else ""

    @rx.event
    async def remove_factor(self, _form: dict[str, Any]) -> Any:
        """Switch off the second factor of an organiser who lost the phone."""
        actor = await session.actor(self, "admin")
        await session.call(
            users.remove_second_factor, actor=actor, user_id=session.as_id(self.asked_id)
        )
        said = f"{self.asked_name} signs in with the password alone now."
        return [ui_errors.done("remove-factor"), toasts.success(said), AdminState.load]

    def _show(self, made: users.Credentials) -> Any:
        return [ui_errors.done("new-manager"), self._hand_over(made), AdminState.load]


def _said(number: str | None) -> str:
    return said_mobile(number) if number else ""


def _line(view: queries.ManagerView) -> ManagerLine:
    signed_in = ("good", "Signed in") if view.has_signed_in else ("due", "Not yet signed in")
    status, words = signed_in if view.is_active else ("bad", "Closed")
    return ManagerLine(
        user_id=str(view.user_id),
        name=view.full_name,
        contact=" · ".join(filter(None, (_said(view.mobile_number), view.email))),
        since=text.day(view.created_at),
        status=status,
        status_text=words,
        has_factor=view.has_second_factor,
    )
