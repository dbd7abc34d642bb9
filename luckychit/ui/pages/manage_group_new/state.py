"""What the form of a new group knows."""

from typing import Any

import reflex as rx

from luckychit.core import clock, errors
from luckychit.domain.chits import queries as chits
from luckychit.domain.chits import service
from luckychit.ui import errors as ui_errors
from luckychit.ui import session, toasts
from luckychit.ui.pages.manage_group_new import terms
from luckychit.ui.pages.manage_group_new.terms import MonthChoice, Outcome
from luckychit.ui.paging import Formed

# Only these can be wrong while the rest is still being typed.
_ARITHMETIC = ("instalment", "seats", "commission", "draw_day", "draw_time", "starts_on")


class NewGroupState(Formed, rx.State):
    """Shows what follows from the terms while they are typed, then makes the group."""

    is_ready: bool = False
    months: list[MonthChoice] = []
    first_month: str = ""
    outcome: Outcome = Outcome()
    is_known: bool = False

    @rx.event
    async def load(self) -> None:
        """Offer the months to begin in; forgets what an earlier form said."""
        await session.actor(self, "manager")
        self.months = terms.month_choices(clock.now())
        # Next month: the draw day of this one may have passed.
        self.first_month = self.months[1].value
        if not self.is_ready:
            self.outcome, self.is_known, self.problems = Outcome(), False, {}
        self.is_ready = True

    @rx.event
    async def reckon(self, form: dict[str, Any]) -> None:
        """Say what follows from what is typed so far; writes nothing."""
        await session.actor(self, "manager")
        typed = terms.typed_terms(form)
        filled = {name for name in _ARITHMETIC if session.typed_text(form, name)}
        try:
            view = await session.call(chits.preview_terms, **typed)
        except errors.InvalidInput as exc:
            found = terms.beside_fields(exc.fields)
            self.problems = {name: said for name, said in found.items() if name in filled}
            self.is_known = False
            return
        except errors.Refused as exc:
            self.problems, self.is_known = {"commission": exc.message}, False
            return
        self.problems = {}
        self.outcome, self.is_known = terms.outcome(view, typed, clock.now()), True

    @rx.event
    async def create(self, form: dict[str, Any]) -> Any:
        """Make the group and go to its page."""
        actor = await session.actor(self, "manager")
        try:
            group_id = await session.call(
                service.create_group,
                actor=actor,
                key=session.typed_text(form, "key"),
                name=session.typed_text(form, "name"),
                short_collection=session.typed_text(form, "short_collection"),
                **terms.typed_terms(form),
            )
        except errors.InvalidInput as exc:
            return self._mark(errors.InvalidInput(terms.beside_fields(exc.fields)))
        except errors.Refused as exc:
            return self._mark(errors.InvalidInput({"commission": exc.message}))
        self.problems, self.is_ready = {}, False
        return [
            ui_errors.done(),
            toasts.success("The group is made. Now fill its seats."),
            rx.redirect(f"/manage/groups/{group_id}"),
        ]
