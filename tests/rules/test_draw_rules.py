"""Names, moments and advice of monthly draws; the deductions of a payout's parts."""

import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.domain.chits.rules import draws
from luckychit.domain.chits.rules.advice import Press, Standing, draw_advice
from luckychit.domain.chits.rules.payouts import deductions_of_part
from luckychit.domain.fairness.lcd1.canonical import is_plain

GROUP = uuid.UUID("019af0c2-1111-7abc-8def-00001a2b3c4d")
AT = datetime(2027, 3, 5, 12, 30, tzinfo=UTC)
NOTICE_S = 5


class TestDrawId:
    def test_ends_in_the_month_and_from_the_second_attempt_in_a_suffix(self):
        asked = {"group_id": GROUP, "scheduled_at": AT, "time_zone": "Asia/Kolkata"}
        assert draws.draw_id(**asked, attempt=1) == "CHIT-1A2B3C4D-202703"
        assert draws.draw_id(**asked, attempt=3) == "CHIT-1A2B3C4D-202703-3"

    def test_counts_the_month_in_the_groups_zone(self):
        late = datetime(2027, 3, 31, 20, 0, tzinfo=UTC)
        asked = {"group_id": GROUP, "scheduled_at": late, "attempt": 1}
        assert draws.draw_id(**asked, time_zone="Asia/Kolkata").endswith("-202704")
        assert draws.draw_id(**asked, time_zone="UTC").endswith("-202703")

    @pytest.mark.parametrize(
        ("name", "first"),
        [
            ("CHIT-1A2B3C4D-202703", "CHIT-1A2B3C4D-202703"),
            ("CHIT-1A2B3C4D-202703-12", "CHIT-1A2B3C4D-202703"),
            ("DDL-20270301", None),
            ("CHIT-1A2B3C4D-202703-", None),
            ("CHIT-1a2b3c4d-202703", None),
            ("CHIT-1A2B3C4D-202703\n", None),
            ("CHIT-%_______-202703", None),
        ],
    )
    def test_names_its_first_attempt(self, name, first):
        assert draws.first_attempt_of(name) == first

    @given(st.integers(1, 500))
    def test_and_seat_make_a_ticket_that_names_the_seat(self, seat):
        ticket = draws.ticket_id("CHIT-1A2B3C4D-202703-2", seat)
        assert draws.seat_of(ticket) == seat
        assert ticket.endswith(f"-{seat:05d}")


class TestTheMomentOfALock:
    @given(st.datetimes(datetime(2027, 1, 1), datetime(2029, 1, 1)), st.integers(3, 3600))
    def test_leaves_the_whole_notice_and_is_a_whole_second(self, naive, notice_s):
        now = naive.replace(tzinfo=UTC)
        soonest = draws.soonest_lock(now, notice_s)
        assert soonest.microsecond == 0
        assert timedelta(0) <= soonest - now - timedelta(seconds=notice_s) < timedelta(seconds=1)

    def test_of_a_held_over_draw_is_a_day_later_at_its_hour(self):
        asked = {"missed": AT, "draw_time": time(18, 0), "time_zone": "Asia/Kolkata"}
        later = draws.lock_of_next_day(**asked, not_before=AT + timedelta(seconds=5))
        assert later == AT + timedelta(days=1)
        after_a_week = draws.lock_of_next_day(**asked, not_before=AT + timedelta(days=7, hours=1))
        assert after_a_week == AT + timedelta(days=8)

    def test_of_a_held_over_draw_keeps_its_hour_when_the_clocks_change(self):
        missed = datetime(2027, 3, 13, 23, 0, tzinfo=UTC)  # 18:00 in New York, winter
        later = draws.lock_of_next_day(
            missed=missed,
            draw_time=time(18, 0),
            time_zone="America/New_York",
            not_before=missed,
        )
        assert later == datetime(2027, 3, 14, 22, 0, tzinfo=UTC)


class TestRulesText:
    def test_is_fit_for_a_proof_and_says_whether_the_foreman_adds(self):
        asked = {"instalment": 3, "seats": 20, "commission_bps": 500, "gst_bps": 1800}
        plain = draws.rules_text(**asked, foreman_advances=False)
        added = draws.rules_text(**asked, foreman_advances=True)
        assert is_plain(plain)
        assert is_plain(added)
        assert "foreman adds" in added
        assert "foreman adds" not in plain


class TestAdvice:
    def standing(self, **changed) -> Standing:
        terms = {
            "instalment": 3,
            "is_locked": False,
            "scheduled_at": AT,
            "locks_at": AT,
            "beacon_at": None,
            "can_win": 18,
            "have_paid": 12,
            "time_zone": "Asia/Kolkata",
        }
        return Standing(**(terms | changed))

    def advice(self, *, now: datetime, **changed):
        return draw_advice(self.standing(**changed), now=now, notice_s=NOTICE_S)

    def test_before_the_day_names_the_day_and_who_has_paid(self):
        advice = self.advice(now=AT - timedelta(days=3))
        assert (advice.press, advice.can_draw) == (Press.REFUSED, False)
        assert "5 Mar 2027 at 6:00 pm" in advice.sentence
        assert "12 of 18 have" in advice.sentence

    def test_brings_forward_when_everybody_has_paid(self):
        advice = self.advice(now=AT - timedelta(days=3), have_paid=18)
        assert (advice.press, advice.can_draw) == (Press.BRING_FORWARD, True)
        assert "5 seconds" in advice.sentence

    def test_brings_a_held_over_draw_forward_when_somebody_has_paid(self):
        held_over = {"locks_at": AT + timedelta(days=1), "now": AT + timedelta(hours=2)}
        assert self.advice(**held_over).press is Press.BRING_FORWARD
        assert self.advice(**held_over, have_paid=0).press is Press.REFUSED

    def test_waits_when_the_draw_is_called(self):
        advice = self.advice(now=AT - timedelta(seconds=4), have_paid=18)
        assert advice.press is Press.WAIT
        assert "18:00:00" in advice.sentence

    def test_advances_past_the_moment_and_not_on_it(self):
        assert self.advice(now=AT).press is Press.WAIT
        assert self.advice(now=AT + timedelta(milliseconds=1)).press is Press.ADVANCE

    def test_of_a_frozen_list_waits_for_the_public_number(self):
        born = {"is_locked": True, "beacon_at": AT + timedelta(minutes=1)}
        waiting = self.advice(now=AT + timedelta(seconds=5), **born)
        assert waiting.press is Press.WAIT
        assert "18:01:00" in waiting.sentence
        assert self.advice(now=AT + timedelta(minutes=2), **born).press is Press.ADVANCE
        assert self.advice(now=AT + timedelta(minutes=2), is_locked=True).can_draw


class TestDeductionsOfPart:
    @given(st.integers(1, 10**9), st.integers(0, 10**8), st.lists(st.integers(1, 10**8)))
    def test_add_up_to_the_deductions_of_the_pot(self, prize, deductions, wanted):
        handed, shown, parts = 0, 0, []
        for amount in [*wanted, prize]:
            part = min(amount, prize - handed)
            if not part:
                continue
            handed += part
            parts.append(
                deductions_of_part(
                    deductions_minor=deductions,
                    prize_minor=prize,
                    handed_over_minor=handed,
                    shown_minor=shown,
                )
            )
            shown += parts[-1]
        assert handed == prize
        assert sum(parts) == deductions
        assert min(parts) >= 0

    def test_are_never_below_zero_when_the_prize_has_grown(self):
        part = deductions_of_part(
            deductions_minor=5, prize_minor=200, handed_over_minor=101, shown_minor=5
        )
        assert part == 0
