"""What the page about the own account of a manager knows."""

from typing import ClassVar

import reflex as rx

from luckychit.ui import session
from luckychit.ui.pages.profile_shared.factor_state import TwoSteps
from luckychit.ui.pages.profile_shared.texts import read_own


class ManageProfileState(TwoSteps, rx.State):
    """The own account, where it is signed in, and its second factor."""

    whose: ClassVar[str] = "manager"

    @rx.event
    async def load(self) -> None:
        """Read the own account."""
        await self._read(await session.actor(self, self.whose), read_own)
