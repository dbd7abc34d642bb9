"""What the administrator's page of all people knows."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from luckychit.core import clock, errors
from luckychit.domain.users import queries
from luckychit.domain.users import service as users
from luckychit.domain.users.errors import Deactivated
from luckychit.domain.users.queries import PEOPLE_PAGE
from luckychit.domain.users.service import Actor
from luckychit.ui import errors as ui_errors
from luckychit.ui import orders, session, text
from luckychit.ui.pages.admin.handed import Handed
from luckychit.ui.pages.admin_people.lines import PersonLine, PersonText, person_line, person_text
from luckychit.ui.paging import Formed

# Somebody else was faster: the facts are read again, with the sentence above them.
_REFUSALS = (errors.Refused, Deactivated)


class PeopleState(Handed, Formed, rx.State):
    """All people by pages, newest first; one of them in full."""

    is_ready: bool = False
    lines: list[PersonLine] = []
    search: str = ""
    page_text: str = ""
    has_previous: bool = False
    has_next: bool = False
    person: PersonText = PersonText()
    said: str = ""
    said_tone: str = ""
    # Where each page up to this one began, but for the first.
    _pages: list[str] = []
    _after: str = ""

    @rx.event
    async def load(self) -> None:
        """Read one page."""
        actor = await session.actor(self, "admin")
        after = session.as_id(self._pages[-1]) if self._pages else None
        self._show(
            await session.call(queries.people_page, actor=actor, text=self.search, after=after)
        )

    @rx.event
    async def find(self, form: dict[str, Any]) -> Any:
        """Show only who matches, newest first."""
        actor = await session.actor(self, "admin")
        typed = session.typed_text(form, "search", 80)
        try:
            page = await session.call(queries.people_page, actor=actor, text=typed)
        except errors.InvalidInput as exc:
            return self._mark(exc)
        self.search, self._pages, self.problems = typed, [], {}
        self._show(page)
        return ui_errors.idle()

    @rx.event
    async def next_page(self) -> Any:
        """Go on to those who came before."""
        await session.actor(self, "admin")
        if self._after:
            self._pages = [*self._pages, self._after]
        return PeopleState.load

    @rx.event
    async def previous_page(self) -> Any:
        """Go back to those who came later."""
        await session.actor(self, "admin")
        self._pages = self._pages[:-1]
        return PeopleState.load

    @rx.event
    async def open_person(self, user_id: str) -> Any:
        """Show all that is known of one person."""
        actor = await session.actor(self, "admin")
        await self._read(actor, user_id)
        self.said, self.problems = "", {}
        return orders.open_dialog("person", wait_ms=orders.DRAWN_MS)

    @rx.event
    async def renew(self, _form: dict[str, Any]) -> Any:
        """Give the person a new one-time password."""
        actor = await session.actor(self, "admin")
        try:
            made = await session.call_slowly(
                users.renew_one_time_password, actor=actor, user_id=self._asked()
            )
        except _REFUSALS as exc:
            return await self._tell(actor, "renew", exc.message, "bad")
        told = await self._tell(actor, "renew", "A new one-time password was made.")
        return [*told, self._hand_over(made)]

    @rx.event
    async def correct_birth_date(self, form: dict[str, Any]) -> Any:
        """Correct a birth date that was mistyped."""
        born = session.typed_text(form, "birth_date", 10)
        said = "The birth date is corrected."
        return await self._do("correct", users.correct_birth_date, said, birth_date=born)

    @rx.event
    async def sign_out(self, _form: dict[str, Any]) -> Any:
        """End all sessions of the person."""
        return await self._do("sign-out-person", users.sign_out_person, "Signed out everywhere.")

    @rx.event
    async def remove_factor(self, _form: dict[str, Any]) -> Any:
        """Switch off the second factor of somebody who lost the phone."""
        said = "The second step is off: the password alone signs in now."
        return await self._do("remove-factor", users.remove_second_factor, said)

    @rx.event
    async def close(self, _form: dict[str, Any]) -> Any:
        """Close the account."""
        return await self._do("close-account", users.deactivate, "The account is closed.")

    @rx.event
    async def reopen(self, _form: dict[str, Any]) -> Any:
        """Open a closed account again."""
        said = "The account is open again, with the password it had."
        return await self._do("reopen-account", users.reactivate, said)

    async def _do(self, dialog: str, act: Callable[..., None], said: str, **more: Any) -> Any:
        actor = await session.actor(self, "admin")
        try:
            await session.call(act, actor=actor, user_id=self._asked(), **more)
        except errors.InvalidInput as exc:
            return self._mark(exc)
        except _REFUSALS as exc:
            return await self._tell(actor, dialog, exc.message, "bad")
        return await self._tell(actor, dialog, said)

    async def _tell(self, actor: Actor, dialog: str, said: str, tone: str = "good") -> list[Any]:
        """Say what came of it above the person's facts, read again; the list follows."""
        await self._read(actor, self.person.user_id)
        self.said, self.said_tone, self.problems = said, tone, {}
        return [ui_errors.done(dialog), PeopleState.load]

    async def _read(self, actor: Actor, user_id: str) -> None:
        wanted = session.as_id(user_id)
        found = await session.call(queries.person, actor=actor, user_id=wanted)
        self.person = person_text(found, viewer_id=actor.user_id, now=clock.now())

    def _asked(self) -> Any:
        return session.as_id(self.person.user_id)

    def _show(self, page: queries.PeoplePage) -> None:
        self.lines = [person_line(row) for row in page.items]
        self._after = str(page.after) if page.after else ""
        self.has_previous, self.has_next = bool(self._pages), page.after is not None
        first, shown = PEOPLE_PAGE * len(self._pages) + 1, len(self.lines)
        is_whole = not self.has_previous and not self.has_next
        part = f"{first} to {first + shown - 1}, newest first"
        self.page_text = text.count(shown, "person", "people") if is_whole else part
        self.is_ready = True
