"""What the list of members knows, and adding one."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.core import clock, errors
from luckychit.core.money import Money
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits.queries.views import MemberRow
from luckychit.domain.users import service as users
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, text, toasts
from luckychit.ui.pages.manage_shared import words
from luckychit.ui.pages.manage_shared.slips import Slip, Slips
from luckychit.ui.paging import PAGE_SIZE, Formed, Paged


@dataclass
class MemberLine:
    """One person, ready to draw."""

    user_id: str = ""
    name: str = ""
    initials: str = ""
    mobile: str = ""
    seats: str = ""
    groups: str = ""
    owed: str = ""
    status: str = ""
    status_text: str = ""
    has_signed_in: bool = False


class MembersState(Paged, Slips, Formed, rx.State):
    """The people the manager knows, by pages."""

    is_ready: bool = False
    has_any: bool = False
    rows: list[MemberLine] = []
    seats_sum: int = 0
    owed_sum: str = ""
    renewed_id: str = ""
    renewed_name: str = ""
    renewed_signed_in: bool = False

    @rx.event
    async def load(self) -> None:
        """Read one page of members."""
        actor = await session.actor(self, "manager")
        page = await session.call(
            chits.members_of_manager,
            actor=actor,
            now=clock.now(),
            search=self.search,
            sort=self.sort or "name",
            offset=self.offset,
            limit=PAGE_SIZE,
        )
        self.rows = [_line(row) for row in page.items]
        self.has_any = bool(page.total) or bool(self.search)
        self.seats_sum = sum(row.seats for row in page.items)
        self.owed_sum = _sum([row.owed for row in page.items])
        self._show_page(page, one="member")
        self.is_ready = True

    @rx.event
    async def add(self, form: dict[str, Any]) -> Any:
        """Add a person; who exists already is only linked."""
        actor = await session.actor(self, "manager")
        try:
            made = await session.call_slowly(
                users.create_member,
                actor=actor,
                full_name=session.typed_text(form, "full_name"),
                mobile_number=session.typed_text(form, "mobile_number"),
            )
        except errors.InvalidInput as exc:
            return self._mark(exc)
        self.problems = {}
        return [ui_errors.done("new-member"), self._tell(made), MembersState.load]

    @rx.event
    async def ask_renewal(self, user_id: str) -> Any:
        """Ask before a person's sign-in is replaced."""
        await session.actor(self, "manager")
        row = next((one for one in self.rows if one.user_id == user_id), None)
        if row is None:
            return None
        self.renewed_id, self.renewed_name = row.user_id, row.name
        self.renewed_signed_in = row.has_signed_in
        return orders.open_dialog("renew")

    @rx.event
    async def renew(self, _form: dict[str, Any]) -> Any:
        """Give a person a new one-time password."""
        actor = await session.actor(self, "manager")
        made = await session.call_slowly(
            users.renew_one_time_password, actor=actor, user_id=session.as_id(self.renewed_id)
        )
        return [ui_errors.done("renew"), self._tell(made), MembersState.load]

    @rx.event
    async def clear(self) -> Any:
        """Show everybody again."""
        await session.actor(self, "manager")
        self.search, self.offset = "", 0
        return MembersState.load

    def _tell(self, made: users.Credentials) -> Any:
        """Show the slip, or say that the person has a sign-in already."""
        if made.one_time_password is None:
            return toasts.info(f"{made.full_name} has a sign-in already and is now on your list.")
        self._show_slips([Slip(made.full_name, made.login, made.one_time_password)])
        return toasts.success(f"One-time password of {made.full_name} made.")


def _sum(amounts: list[Money]) -> str:
    return sum(amounts[1:], amounts[0]).text() if amounts else ""


def _line(row: MemberRow) -> MemberLine:
    signed_in = ("good", "Signed in") if row.has_signed_in else ("due", "Not yet signed in")
    return MemberLine(
        user_id=str(row.user_id),
        name=row.full_name,
        initials=text.initials(row.full_name),
        mobile=words.said_mobile(row.mobile_number),
        seats=str(row.seats) if row.seats else words.NONE,
        groups=", ".join(row.groups),
        owed=row.owed.text() if row.owed else "",
        status=signed_in[0],
        status_text=signed_in[1],
        has_signed_in=row.has_signed_in,
    )
