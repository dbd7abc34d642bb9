"""What the member's page about the own account knows."""

from typing import ClassVar

import reflex as rx

from luckychit.ui import session
from luckychit.ui.pages.member_shared.balance import BalanceText, read_balance
from luckychit.ui.pages.profile_shared.state import OwnAccount
from luckychit.ui.pages.profile_shared.texts import read_own


class MemberProfileState(OwnAccount, rx.State):
    """The own account, where it is signed in, and the wallet."""

    whose: ClassVar[str] = "member"

    balance: BalanceText = BalanceText()

    @rx.event
    async def load(self) -> None:
        """Read the own account."""
        actor = await session.actor(self, "member")
        self.balance = await session.call(read_balance, actor)
        await self._read(actor, read_own)
