"""What every page about the own account can do: a mixin of their states."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

import reflex as rx

from luckychit.core import clock, errors
from luckychit.domain.users import errors as user_errors
from luckychit.domain.users import service as users
from luckychit.domain.users.service import Actor
from luckychit.ui import errors as ui_errors
from luckychit.ui import session, toasts
from luckychit.ui.live import LiveState
from luckychit.ui.pages.profile_shared.texts import AccountText, OwnTexts, SessionText
from luckychit.ui.paging import Formed

LOGINS = {
    "email": "Your e-mail address",
    "mobile_number": "Your mobile number",
    "username": "Your username",
}


class OwnAccount(Formed, mixin=True):
    """The own account and where it is signed in. Mixed in by states with a handler ``load``."""

    # Whose page it is: every handler lets in people of this role alone.
    whose: ClassVar[str] = ""

    is_ready: bool = False
    account: AccountText = AccountText()
    sessions: list[SessionText] = []
    has_others: bool = False
    chosen: SessionText = SessionText()

    @rx.event
    async def save_name(self, form: dict[str, Any]) -> Any:
        """Change the name."""
        actor = await session.actor(self, self.whose)
        name = session.typed_text(form, "full_name")
        return await self._save("name", "Your name is changed.", actor, {"full_name": name})

    @rx.event
    async def save_login(self, form: dict[str, Any]) -> Any:
        """Change one of the ways to sign in; nothing typed removes it."""
        actor = await session.actor(self, self.whose)
        what = session.typed_text(form, "what", 20)
        if what not in LOGINS:
            return ui_errors.idle()
        wanted = session.typed_text(form, what) or None
        fields = {what: wanted, "current_password": typed_password(form)}
        said = f"{LOGINS[what]} is {'changed' if wanted else 'removed'}."
        return await self._save(what, said, actor, fields)

    @rx.event
    async def save_public_name(self, form: dict[str, Any]) -> Any:
        """Change how the person is shown as a winner; nothing typed shows the ticket only."""
        actor = await session.actor(self, self.whose)
        name = session.typed_text(form, "public_name") or None
        said = f"You are shown as {name}." if name else "You are shown by your ticket only."
        return await self._save("public_name", said, actor, {"public_name": name})

    @rx.event
    async def save_birth_date(self, form: dict[str, Any]) -> Any:
        """Give the date of birth, once."""
        actor = await session.actor(self, self.whose)
        born = session.typed_text(form, "birth_date", 10)
        said = "Your date of birth is noted."
        return await self._save("birth_date", said, actor, {"birth_date": born})

    @rx.event
    async def choose_language(self, language: str) -> Any:
        """Choose the language of letters."""
        actor = await session.actor(self, self.whose)
        await session.call(users.update_profile, actor=actor, language=language)
        return [toasts.success("Our letters will be in that language."), type(self).load]  # type: ignore[attr-defined]

    @rx.event
    async def choose(self, session_id: str) -> None:
        """Say which session is asked about."""
        await session.actor(self, self.whose)
        for one in self.sessions:
            if one.session_id == session_id:
                self.chosen = one
                return
        raise errors.NotFound(session_id=str(session_id)[:64])

    @rx.event
    async def end(self, _form: dict[str, Any]) -> Any:
        """Sign the chosen browser out."""
        actor = await session.actor(self, self.whose)
        await session.call(
            users.revoke_session, actor=actor, session_id=session.as_id(self.chosen.session_id)
        )
        return self._done("end-session", f"{self.chosen.device} is signed out.")

    @rx.event
    async def end_others(self, _form: dict[str, Any]) -> Any:
        """Sign every other browser out."""
        actor = await session.actor(self, self.whose)
        await session.call(users.sign_out_everywhere, actor=actor, keep_current=True)
        return self._done("end-others", "Signed out everywhere else.")

    @rx.event
    async def close(self, form: dict[str, Any]) -> Any:
        """Close the account for good."""
        actor = await session.actor(self, self.whose)
        try:
            await session.call_slowly(
                users.close_own_account, actor=actor, current_password=typed_password(form)
            )
        except (errors.InvalidInput, errors.Refused) as exc:
            return self._mark_in("close", exc, "current_password")
        said = toasts.info("Your account is closed.", duration=15_000)
        return [ui_errors.done("close"), rx.redirect("/sign-in"), said]

    async def _save(self, dialog: str, said: str, actor: Actor, fields: dict[str, Any]) -> Any:
        """Change the account as one dialog asks, and say so or mark its fields."""
        try:
            await session.call_slowly(users.update_profile, actor=actor, **fields)
        except (errors.InvalidInput, errors.Refused) as exc:
            return self._mark_in(dialog, exc, dialog)
        return [*self._done(dialog, said), LiveState.enter]

    def _mark_in(self, dialog: str, exc: errors.LuckyChitError, field: str) -> Any:
        """Put a refusal beside a field of one dialog: they have fields of the same name."""
        if isinstance(exc, user_errors.WrongCurrentPassword):
            field = "current_password"
        fields = exc.fields if isinstance(exc, errors.InvalidInput) else {field: exc.message}
        self.problems = {f"{dialog}-{name}": said for name, said in fields.items()}
        return ui_errors.idle()

    def _done(self, dialog: str, said: str) -> list[Any]:
        self.problems = {}
        return [ui_errors.done(dialog), toasts.success(said), type(self).load]  # type: ignore[attr-defined]

    async def _read(self, actor: Actor, read: Callable[[Actor, datetime], OwnTexts]) -> None:
        found = await session.call(read, actor, clock.now())
        self.account, self.sessions = found.account, found.sessions
        self.has_others = len(found.sessions) > 1
        self.is_ready = True


def typed_password(form: object, name: str = "current_password") -> str:
    """Return a password as typed: blanks at its ends belong to it."""
    value = form.get(name, "") if isinstance(form, dict) else ""
    return value if isinstance(value, str) else ""
