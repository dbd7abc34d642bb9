"""Two-step sign-in on the pages of managers and admins: a mixin of their states."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from luckychit.core import errors
from luckychit.domain.users import errors as user_errors
from luckychit.domain.users import service as users
from luckychit.ui import errors as ui_errors
from luckychit.ui import session, toasts
from luckychit.ui.pages.profile_shared.state import OwnAccount, typed_password
from luckychit.ui.qr import qr_path

GROUP = 4


@dataclass
class SetupText:
    """The secret for an authenticator app, ready to draw."""

    secret: str = ""
    spaced: str = ""
    qr: str = ""
    view_box: str = ""


class TwoSteps(OwnAccount, mixin=True):
    """Switching two-step sign-in on and off, and the codes that are shown once."""

    setup: SetupText = SetupText()
    recovery_codes: list[str] = []
    recovery_text: str = ""

    @rx.event
    async def begin_factor(self, form: dict[str, Any]) -> Any:
        """Make the secret that the app takes."""
        actor = await session.actor(self, self.whose)
        try:
            made = await session.call_slowly(
                users.begin_second_factor, actor=actor, current_password=typed_password(form)
            )
        except (errors.InvalidInput, errors.Refused) as exc:
            return self._mark_in("factor-on", exc, "current_password")
        self.problems = {}
        self.setup = _setup(made)
        return ui_errors.idle()

    @rx.event
    async def confirm_factor(self, form: dict[str, Any]) -> Any:
        """Switch it on with a code of the app."""
        actor = await session.actor(self, self.whose)
        code = session.typed_text(form, "code", 40)
        try:
            codes = await session.call(users.confirm_second_factor_setup, actor=actor, code=code)
        except errors.Refused as exc:
            return self._mark_in("factor-on", exc, "code")
        self.setup = SetupText()
        self._show_codes(codes)
        return self._done("factor-on", "Two-step sign-in is on.")

    @rx.event
    async def forget_setup(self) -> None:
        """Take the secret off the screen; the app that read it is of no use then."""
        await session.actor(self, self.whose)
        self.setup, self.problems = SetupText(), {}

    @rx.event
    async def stop_factor(self, form: dict[str, Any]) -> Any:
        """Switch it off."""
        actor = await session.actor(self, self.whose)
        try:
            await session.call_slowly(
                users.disable_second_factor,
                actor=actor,
                current_password=typed_password(form),
                code=session.typed_text(form, "code", 40),
            )
        except (errors.InvalidInput, errors.Refused) as exc:
            return self._mark_in("factor-off", exc, "code")
        self._show_codes([])
        return self._done("factor-off", "Two-step sign-in is off.")

    @rx.event
    async def renew_codes(self, form: dict[str, Any]) -> Any:
        """Replace the recovery codes."""
        actor = await session.actor(self, self.whose)
        code = session.typed_text(form, "code", 40)
        try:
            codes = await session.call(users.renew_recovery_codes, actor=actor, code=code)
        except user_errors.WrongCode as exc:
            return self._mark_in("factor-codes", exc, "code")
        self._show_codes(codes)
        return self._done("factor-codes", "Your old recovery codes are worth nothing now.")

    @rx.event
    async def forget_codes(self) -> Any:
        """Take the recovery codes off the screen; they are never seen again."""
        await session.actor(self, self.whose)
        self._show_codes([])
        return toasts.info("Keep the codes apart from your phone.")

    def _show_codes(self, codes: list[str]) -> None:
        self.recovery_codes, self.recovery_text = codes, "\n".join(codes)


def _setup(made: users.SecondFactorSetup) -> SetupText:
    path, side = qr_path(made.uri)
    groups = [made.secret[at : at + GROUP] for at in range(0, len(made.secret), GROUP)]
    return SetupText(made.secret, " ".join(groups), path, f"0 0 {side} {side}")
