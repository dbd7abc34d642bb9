"""What the manager's pages know, say and record, through the real event processor."""

from datetime import timedelta
from typing import Any

import pytest
import reflex as rx

from luckychit.core import clock, errors
from luckychit.core.money import Money
from luckychit.ui import sockets
from luckychit.ui.pages.manage_collect.state import CollectState
from luckychit.ui.pages.manage_dashboard.state import DashboardState
from luckychit.ui.pages.manage_group.joining import JoiningState
from luckychit.ui.pages.manage_group.payments import PaymentsState
from luckychit.ui.pages.manage_group.state import GroupState
from luckychit.ui.pages.manage_group_new import terms
from luckychit.ui.pages.manage_group_new.state import NewGroupState
from luckychit.ui.pages.manage_groups.state import GroupsState
from luckychit.ui.pages.manage_members.state import MembersState
from luckychit.ui.pages.manage_payouts.state import PayoutsState
from luckychit.ui.pages.manage_shared import words
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.events import Browser, Namespace, a_browser, full_name
from tests.helpers.people import a_manager, a_session

PAGE = "/manage/groups/[group_id]"
GOOD_TERMS = {
    "name": "Friday Five",
    "instalment": "5,000",
    "seats": "20",
    "commission": "5",
    "draw_day": "31",
    "draw_time": "18:00",
    "starts_on": "2027-01",
    "short_collection": "collected",
}


class Desk:
    """A manager's tab: sends events, and reads what the tab's state holds."""

    def __init__(self, browser: Browser, group_id: Any = "") -> None:
        self.browser = browser
        self.group_id = str(group_id)

    async def do(self, state: type, handler: str, **payload: Any) -> str:
        return await self.browser.send(
            full_name(state, handler), payload, route=PAGE, group_id=self.group_id
        )

    async def form(self, state: type, handler: str, **fields: str) -> str:
        argument = "_form" if handler in {"start", "remove", "draw", "renew"} else "form"
        return await self.do(state, handler, **{argument: fields})

    async def see(self, state: type) -> Any:
        """Return the state after loading it."""
        await self.do(state, "load")
        return await self.now(state)

    async def now(self, state: type) -> Any:
        token = rx.BaseStateToken(ident=self.browser.token, cls=state)
        root = await self.browser.states.get_state(token)
        return await root.get_state(state)

    @property
    def failures(self) -> list[Exception]:
        return self.browser.failures


@pytest.fixture(autouse=True)
def _at_the_beginning(db, monkeypatch):
    monkeypatch.setattr(sockets, "namespace", Namespace)
    with clock_at():
        yield


@pytest.fixture
async def desk():
    """Open tabs as ``desk(manager, group_id)``."""
    async with a_browser() as first:
        yield lambda manager, group_id="": Desk(first.use(a_session(manager)), group_id)


class TestCollect:
    async def test_lists_who_owes_and_fills_in_the_amount(self, desk):
        circle = a_circle(3)
        here = desk(circle.manager)
        sheet = await here.see(CollectState)
        assert [row.remaining for row in sheet.rows] == ["₹5,000"] * 3
        await here.do(CollectState, "ask", due_id=sheet.rows[1].due_id)
        asked = await here.now(CollectState)
        assert (asked.payer.name, asked.payer.amount) == ("Member 2", "5,000")
        assert asked.pay_words == "Five thousand rupees"

    async def test_asks_for_older_months_of_the_same_seat_too(self, desk):
        circle = a_circle(2)
        circle.pay(1)
        circle.draw_now()
        clock.set_start(clock.now() + timedelta(days=27))
        here = desk(circle.manager)
        sheet = await here.see(CollectState)
        late_twice = [row.due_id for row in sheet.rows if row.name == "Member 2"]
        await here.do(CollectState, "ask", due_id=late_twice[1])
        assert (await here.now(CollectState)).payer.amount == "10,000"

    async def test_records_once_when_sent_twice(self, desk):
        circle = a_circle(3)
        here = desk(circle.manager)
        sheet = await here.see(CollectState)
        await here.do(CollectState, "ask", due_id=sheet.rows[0].due_id)
        sent = {"key": "one intention", "amount": "2,000", "method": "upi"}
        for _ in range(2):
            said = await here.form(CollectState, "pay", **sent)
            assert "/receipts/" in said
        assert circle.dues(1)[0].paid_minor == 200_000
        sheet = await here.see(CollectState)
        assert (sheet.today_total, sheet.today_count) == ("₹2,000", "in 1 payment")
        assert sheet.rows[0].status_text == "Part paid"

    @pytest.mark.parametrize("typed", ["", "0", "-5", "five", "1.234", "99999999999999999999"])
    async def test_says_beside_the_field_what_is_no_amount(self, desk, typed):
        circle = a_circle(2)
        here = desk(circle.manager)
        sheet = await here.see(CollectState)
        await here.do(CollectState, "ask", due_id=sheet.rows[0].due_id)
        await here.form(CollectState, "pay", key="k", amount=typed, method="cash")
        assert (await here.now(CollectState)).problems["amount"].startswith("Please type")

    async def test_says_beside_the_field_that_it_is_too_much(self, desk):
        circle = a_circle(2)
        here = desk(circle.manager)
        sheet = await here.see(CollectState)
        await here.do(CollectState, "ask", due_id=sheet.rows[0].due_id)
        await here.form(CollectState, "pay", key="k", amount="10,001", method="cash")
        assert "still owes: ₹10,000" in (await here.now(CollectState)).problems["amount"]

    async def test_knows_nothing_of_another_managers_due(self, desk):
        circle = a_circle(2)
        other = desk(a_manager())
        due_id = str(circle.dues(1)[0].id)
        await other.do(CollectState, "ask", due_id=due_id)
        await other.form(CollectState, "pay", key="k", amount="1", method="cash")
        assert circle.dues(1)[0].paid_minor == 0


class TestGroup:
    async def test_of_another_manager_is_missing(self, desk):
        circle = a_circle(2)
        state = await desk(a_manager(), circle.group_id).see(GroupState)
        assert state.missing
        assert state.head.name == ""

    async def test_shows_the_month_the_grid_and_the_books(self, desk):
        circle = a_circle(4)
        circle.pay(1)
        state = await desk(circle.manager, circle.group_id).see(GroupState)
        assert (state.head.collected, state.head.expected, state.head.share) == (
            "₹5,000",
            "₹20,000",
            25,
        )
        assert state.ring == ["paid", "", "", ""]
        assert [row.cells[0].state for row in state.grid] == ["paid", "due", "due", "due"]
        assert (state.books.received, state.books.held) == ("₹5,000", "₹5,000")
        assert state.books.is_balanced

    async def test_fills_in_what_a_seat_has_to_pay(self, desk):
        circle = a_circle(2)
        circle.pay(2, 200_000)
        here = desk(circle.manager, circle.group_id)
        await here.do(GroupState, "ask_payment", seat_number=2)
        assert (await here.now(GroupState)).payer.amount == "3,000"

    async def test_plays_the_draw_that_ends_while_it_is_watched(self, desk):
        circle = a_circle(2)
        circle.pay_all()
        here = desk(circle.manager, circle.group_id)
        state = await here.see(GroupState)
        assert state.present.can_draw
        await here.form(GroupState, "draw", key="k")
        assert (await here.see(GroupState)).present.is_called
        drawn = circle.draw_now()
        state = await here.see(GroupState)
        assert state.replay_src == f"/api/draws/{drawn.draw_id}/bundle"
        assert drawn.winner_name in state.replay_names
        assert state.replay_left

    async def test_plays_nothing_that_ended_before(self, desk):
        circle = a_circle(2)
        circle.pay_all()
        circle.draw_now()
        state = await desk(circle.manager, circle.group_id).see(GroupState)
        assert state.replay_src == ""
        assert state.draws[1].left == "₹9,500"

    async def test_hands_a_prize_over_in_parts(self, desk):
        circle = a_circle(2)
        circle.pay_all()
        drawn = circle.draw_now()
        here = desk(circle.manager, circle.group_id)
        for amount in ("4,000", "5,500"):
            await here.do(GroupState, "ask_handover", monthly_draw_id=str(drawn.monthly_draw_id))
            await here.form(GroupState, "hand_over", key=amount, amount=amount, method="bank")
        state = await here.see(GroupState)
        assert (state.draws[1].left, state.draws[1].handed) == ("", "₹9,500")

    async def test_takes_a_wrong_payment_back_with_a_reason(self, desk):
        circle = a_circle(2)
        circle.pay(1)
        here = desk(circle.manager, circle.group_id)
        (row,) = (await here.see(PaymentsState)).rows
        await here.do(PaymentsState, "ask_reversal", payment_id=row.payment_id)
        asked = await here.now(PaymentsState)
        assert asked.wrong_words == "five thousand rupees"
        await here.form(PaymentsState, "reverse", key="k", reason="")
        assert (await here.now(PaymentsState)).problems["reason"]
        await here.form(PaymentsState, "reverse", key="k", reason="Typed twice")
        state = await here.see(PaymentsState)
        assert [line.status_text for line in state.rows] == ["Reversal", "Reversed"]
        assert circle.dues(1)[0].paid_minor == 0

    async def test_lists_only_its_own_payments(self, desk):
        circle = a_circle(2)
        a_circle(2, manager=circle.manager).pay(1)
        assert (await desk(circle.manager, circle.group_id).see(PaymentsState)).rows == []

    async def test_turns_only_to_its_own_parts(self, desk):
        circle = a_circle(2)
        here = desk(circle.manager, circle.group_id)
        await here.see(GroupState)
        for view, shown in (("dues", "dues"), ("passwords", "dues"), (["x"], "dues")):
            await here.do(GroupState, "show", view=view)
            assert (await here.now(GroupState)).view == shown


class TestJoining:
    async def test_says_line_by_line_what_is_wrong_and_adds_nobody(self, desk):
        circle = a_circle(3, people=0, started=False)
        here = desk(circle.manager, circle.group_id)
        await here.see(JoiningState)
        await here.form(JoiningState, "check", pasted="Asha 9876543210\nNobody here")
        state = await here.now(JoiningState)
        assert (state.pasted_good, state.pasted_bad) == (1, 1)
        assert state.pasted[1].problem == "There is no mobile number on this line."
        assert (await here.see(GroupState)).head.taken == 0

    async def test_adds_the_checked_list_and_shows_passwords_once(self, desk):
        circle = a_circle(3, people=0, started=False)
        here = desk(circle.manager, circle.group_id)
        await here.see(JoiningState)
        await here.form(JoiningState, "check", pasted="Asha 9876543210\nRavi 9876543211 x2")
        assert (await here.now(JoiningState)).pasted_summary == "2 people, 3 seats"
        await here.form(JoiningState, "add_all", key="k")
        state = await here.now(JoiningState)
        assert [slip.seats for slip in state.slips] == ["Seat 1", "Seats 2, 3"]
        assert state.slips[0].password in state.slips_text
        await here.do(JoiningState, "forget")
        assert (await here.now(JoiningState)).slips_text == ""
        assert (await here.see(GroupState)).head.is_full

    async def test_starts_when_full_and_frees_seats_before(self, desk):
        circle = a_circle(2, started=False)
        here = desk(circle.manager, circle.group_id)
        await here.see(GroupState)
        await here.do(GroupState, "ask_removal", seat_number=2)
        await here.form(GroupState, "remove", key="k")
        await here.form(GroupState, "start", key="k")
        assert isinstance(here.failures[0], errors.Refused)
        added = {"full_name": "Zoya", "mobile_number": "9876543219", "seats": "1"}
        await here.form(JoiningState, "add", key="k", **added)
        await here.form(GroupState, "start", key="k")
        assert (await here.see(GroupState)).head.status == "active"


class TestNewGroup:
    async def test_says_what_follows_while_typing(self, desk):
        here = desk(a_manager())
        await here.form(NewGroupState, "reckon", **GOOD_TERMS)
        then = (await here.now(NewGroupState)).outcome
        assert (then.total, then.commission, then.prize) == ("₹1,00,000", "₹5,000", "₹95,000")
        assert (then.first_draw, then.last_draw) == ("31 Jan 2027", "31 Aug 2028")
        assert "each seat ends ₹5,000 short" in then.cost_words

    async def test_adds_gst_when_switched_on(self, desk):
        here = desk(a_manager())
        await here.form(NewGroupState, "reckon", **GOOD_TERMS, gst="on")
        then = (await here.now(NewGroupState)).outcome
        assert (then.gst, then.prize) == ("₹900", "₹94,100")

    async def test_does_not_scold_about_fields_still_empty(self, desk):
        here = desk(a_manager())
        await here.form(NewGroupState, "reckon", **GOOD_TERMS | {"seats": "", "instalment": "x"})
        state = await here.now(NewGroupState)
        assert set(state.problems) == {"instalment"}
        assert not state.is_known

    async def test_refuses_a_commission_above_the_law_beside_its_field(self, desk):
        here = desk(a_manager())
        for handler in ("reckon", "create"):
            await here.form(NewGroupState, handler, **GOOD_TERMS | {"commission": "7.01"}, key="k")
            said = (await here.now(NewGroupState)).problems["commission"]
            assert said == "The commission may be at most 7 % of the pot."

    async def test_makes_the_group_once(self, desk):
        manager = a_manager()
        here = desk(manager)
        for _ in range(2):
            assert "/manage/groups/" in await here.form(
                NewGroupState, "create", **GOOD_TERMS, key="one intention"
            )
        assert [row.name for row in (await here.see(GroupsState)).rows] == ["Friday Five"]

    @pytest.mark.parametrize(
        ("typed", "bps"),
        [("5", 500), ("4.25", 425), ("4,25", 425), ("7 %", 700), ("x", None), ("1.001", None),
         ("NaN", None), ("Infinity", None), ("1e9", None)],
    )  # fmt: skip
    def test_reads_percents(self, typed, bps):
        assert terms.typed_terms({"commission": typed})["commission_bps"] == bps


class TestLists:
    async def test_dashboard_says_what_to_do_next(self, desk):
        circle = a_circle(2)
        circle.pay(1)
        circle.draw_now()
        state = await desk(circle.manager).see(DashboardState)
        assert (state.active_groups, state.total_members) == (1, 2)
        assert any("Hand ₹4,750 to Member 1" in todo.text for todo in state.pending)
        assert (state.months[0].paid, state.months[0].missing) == ("₹5,000", "₹5,000")
        assert "prize_won" not in {line.tone for line in state.news}

    async def test_dashboard_of_a_new_manager_is_empty_not_zero(self, desk):
        state = await desk(a_manager()).see(DashboardState)
        assert not state.has_groups
        assert not state.has_months

    async def test_members_are_found_by_number_and_paged(self, desk):
        circle = a_circle(2)
        here = desk(circle.manager)
        await here.form(MembersState, "find", search="Member 2")
        state = await here.now(MembersState)
        assert [row.name for row in state.rows] == ["Member 2"]
        assert state.page_text == "1 member"

    async def test_new_member_gets_a_slip_and_a_known_one_does_not(self, desk):
        manager = a_manager()
        here = desk(manager)
        person = {"full_name": "Zoya Khan", "mobile_number": "98765 43210"}
        await here.form(MembersState, "add", **person)
        assert len((await here.now(MembersState)).slips) == 1
        await here.do(MembersState, "forget")
        await here.form(MembersState, "add", **person)
        assert (await here.now(MembersState)).slips == []

    async def test_payouts_list_what_is_left_first(self, desk):
        circle = a_circle(2)
        circle.pay_all()
        drawn = circle.draw_now()
        here = desk(circle.manager)
        (waiting,) = (await here.see(PayoutsState)).waiting
        assert (waiting.name, waiting.left) == (drawn.winner_name, "₹9,500")
        await here.do(PayoutsState, "ask", monthly_draw_id=waiting.monthly_draw_id)
        await here.form(PayoutsState, "hand_over", key="k", amount="9,500", method="cash")
        state = await here.see(PayoutsState)
        assert state.waiting == []
        assert not state.handed[0].payouts[0].is_confirmed


class TestWords:
    def test_say_amounts_as_they_are_typed(self):
        assert words.said_amount("1,00,000", "INR") == "One lakh rupees"
        assert words.said_amount("x", "INR") == ""
        assert words.said_amount(["5"], "INR") == ""
        assert words.plain_amount(Money(525_050, "INR")) == "5,250.50"

    def test_take_today_as_now_and_another_day_as_its_noon(self):
        now = clock.now()
        assert words.typed_day({"day": "2027-01-01"}, "day", now, "Asia/Kolkata") is None
        before = words.typed_day({"day": "2026-12-31"}, "day", now, "Asia/Kolkata")
        assert before is not None
        assert before.isoformat() == "2026-12-31T12:00:00+05:30"
        with pytest.raises(errors.InvalidInput):
            words.typed_day({"day": "31.12."}, "day", now, "Asia/Kolkata")
