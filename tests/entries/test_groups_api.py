"""Circles over HTTP: made, filled, paid, drawn, and seen by each as far as it is theirs."""

import pytest
from sqlmodel import select

from luckychit.core.db import reading
from luckychit.domain.audit.models import AuditEntry
from tests.helpers.api import Caller, refused
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.people import a_manager, a_member, mobile_of

TERMS = {
    "name": "Durga Circle",
    "monthly_installment_minor": 500_000,
    "currency": "INR",
    "max_members": 3,
    "commission_bps": 500,
    "draw_day": 5,
    "starts_on": "2027-01-01",
}


@pytest.fixture(autouse=True)
def january(db):
    with clock_at():
        yield


def a_group(caller, **changed):
    answer = caller.post("/api/groups", TERMS | changed)
    assert answer.status_code == 201, answer.text
    return answer.json()


class TestMaking:
    def test_gives_the_circle_and_a_repeat_the_same_one(self):
        caller = Caller(a_manager())
        first = caller.post("/api/groups", TERMS, key="k").json()
        again = caller.post("/api/groups", TERMS, key="k").json()
        assert first == again
        assert (first["status"], first["role"], first["seats"]) == ("forming", "manager", [])
        assert first["prize"]["amount_minor"] == 1_425_000
        assert (first["draw_time"], first["starts_on"]) == ("18:00", "2027-01-01")

    def test_refuses_a_key_that_named_another_circle(self):
        caller = Caller(a_manager())
        caller.post("/api/groups", TERMS, key="k")
        answer = caller.post("/api/groups", TERMS | {"name": "Other"}, key="k")
        refused(answer, 409, "api.key_used_before")

    def test_keeps_the_keys_of_two_managers_apart(self):
        made = [Caller(a_manager()).post("/api/groups", TERMS, key="same") for _ in range(2)]
        assert [answer.status_code for answer in made] == [201, 201]
        assert made[0].json()["group_id"] != made[1].json()["group_id"]

    def test_asks_for_a_key_and_exact_fields(self):
        caller = Caller(a_manager())
        answer = caller.post("/api/groups", TERMS, key=None)
        refused(answer, 422, "input.invalid", "Idempotency-Key")
        refused(caller.post("/api/groups", TERMS | {"x": 1}), 422, "input.invalid", "x")
        refused(
            caller.post("/api/groups", TERMS | {"max_members": "3"}),
            422,
            "input.invalid",
            "max_members",
        )
        refused(
            caller.post("/api/groups", TERMS | {"total_value_minor": 1}),
            409,
            "chits.total_does_not_add_up",
        )

    def test_is_for_managers(self):
        refused(Caller(a_member()).post("/api/groups", TERMS), 403, "core.not_allowed")
        refused(Caller().post("/api/groups", TERMS), 401, "users.sign_in_needed")

    def test_refuses_what_is_no_json(self):
        caller = Caller(a_manager())
        json_head = {"content-type": "application/json"}
        answer = caller.ask("POST", "/api/groups", content="{", headers=json_head)
        refused(answer, 400, "api.not_json")
        answer = caller.ask("POST", "/api/groups", data={"name": "x"})
        refused(answer, 415, "api.not_json_media")
        big = caller.ask("POST", "/api/groups", content=b" " * 70_000, headers=json_head)
        refused(big, 413, "api.too_large")


class TestChanging:
    def test_a_forming_circle_changes_and_the_trail_knows(self):
        caller = Caller(a_manager())
        group = a_group(caller)
        path = f"/api/groups/{group['group_id']}"
        changes = {"name": "Kali Circle", "max_members": 4}
        changed = caller.ask("PATCH", path, json=changes).json()
        assert (changed["name"], changed["max_members"]) == ("Kali Circle", 4)
        assert (changed["duration_months"], changed["total_value"]["amount_minor"]) == (
            4,
            2_000_000,
        )
        caller.ask("PATCH", path, json=changes)
        with reading() as session:
            (entry,) = session.exec(
                select(AuditEntry).where(AuditEntry.action == "chits.group_changed")
            ).all()
        assert entry.facts["before"]["name"] == "Durga Circle"
        assert entry.facts["after"]["max_members"] == 4

    def test_refuses_fewer_seats_than_are_taken(self):
        circle = a_circle(4, people=3, started=False)
        path = f"/api/groups/{circle.group_id}"
        answer = Caller(circle.manager).ask("PATCH", path, json={"max_members": 2})
        refused(answer, 409, "chits.seat_taken")

    def test_refuses_more_commission_than_the_law_allows(self):
        circle = a_circle(3, started=False)
        path = f"/api/groups/{circle.group_id}"
        answer = Caller(circle.manager).ask("PATCH", path, json={"commission_bps": 701})
        refused(answer, 409, "chits.commission_above_cap")

    def test_refuses_once_it_runs_and_to_all_others(self):
        circle = a_circle(3)
        path = f"/api/groups/{circle.group_id}"
        answer = Caller(circle.manager).ask("PATCH", path, json={"name": "x"})
        refused(answer, 409, "chits.terms_fixed")
        answer = Caller(a_manager()).ask("PATCH", path, json={"name": "x"})
        refused(answer, 404, "chits.group_not_found")


class TestSeats:
    def test_are_given_once_for_a_key_with_the_password_once(self):
        caller = Caller(a_manager())
        path = f"/api/groups/{a_group(caller)['group_id']}/members"
        sent = {"mobile_number": "98765 43210", "full_name": "Ravi Kumar", "seats": 2}
        first = caller.post(path, sent, key="k")
        assert first.status_code == 201
        assert first.json()["seat_numbers"] == [1, 2]
        assert first.json()["one_time_password"]
        again = caller.post(path, sent, key="k").json()
        assert again == first.json() | {"one_time_password": None}
        refused(caller.post(path, sent), 409, "chits.group_full")
        assert caller.ask("DELETE", f"{path}/2").status_code == 204
        refused(caller.ask("DELETE", f"{path}/2"), 404, "chits.seat_not_found")

    def test_are_given_to_somebody_known_already(self):
        manager, stranger = a_manager(), a_member(a_manager())
        member, caller = a_member(manager), Caller(manager)
        path = f"/api/groups/{a_group(caller)['group_id']}/members"
        seated = caller.post(path, {"user_id": str(member.user_id)})
        assert (seated.status_code, seated.json()["user_id"]) == (201, str(member.user_id))
        assert seated.json()["one_time_password"] is None
        refused(caller.post(path, {"user_id": str(stranger.user_id)}), 404, "core.not_found")
        refused(caller.post(path, {"user_id": "x"}), 422, "input.invalid", "user_id")
        both = {"user_id": str(member.user_id), "full_name": "Ravi"}
        refused(caller.post(path, both), 422, "input.invalid", "user_id")
        wanting = ("full_name", "mobile_number")
        refused(caller.post(path, {"seats": 1}), 422, "input.invalid", *wanting)

    def test_all_taken_let_it_start_and_starting_again_is_no_error(self):
        circle = a_circle(3, started=False)
        caller = Caller(circle.manager)
        path = f"/api/groups/{circle.group_id}/start"
        refused(caller.post(path, key=None), 422, "input.invalid", "Idempotency-Key")
        started = [caller.post(path) for _ in range(2)]
        assert [answer.status_code for answer in started] == [200, 200]
        assert {answer.json()["status"] for answer in started} == {"active"}


class TestMoney:
    def test_goes_from_a_payment_to_a_confirmed_payout(self):
        circle = a_circle(3)
        caller = Caller(circle.manager)
        path = f"/api/groups/{circle.group_id}"
        for seat in (1, 2, 3):
            sent = {"seat_number": seat, "amount_minor": 500_000, "method": "cash"}
            paid = caller.post(f"{path}/payments", sent, key=f"seat {seat}")
            assert paid.status_code == 201
            assert caller.post(f"{path}/payments", sent, key=f"seat {seat}").json() == paid.json()
            assert paid.json()["receipt_number"] == seat
        eligible = caller.get(f"/api/lottery/eligible/{circle.group_id}").json()
        assert [seat["seat_number"] for seat in eligible["items"]] == [1, 2, 3]
        circle.go_to_lock()
        held = [caller.post(f"{path}/draws", {"instalment": 1}) for _ in range(3)]
        assert {answer.status_code for answer in held} == {200}
        assert {answer.json()["status"] for answer in held} == {"drawn"}
        assert len({answer.json()["winner_seat_number"] for answer in held}) == 1
        assert [draw.instalment for draw in circle.draws()] == [1, 2]
        drawn = held[0].json()
        payouts = f"{path}/draws/{drawn['monthly_draw_id']}/payouts"
        sent = {"amount_minor": 1000, "method": "upi"}
        payout = caller.post(payouts, sent, key="p").json()
        assert caller.post(payouts, sent, key="p").json() == payout
        winner = Caller(circle.members[drawn["winner_seat_number"] - 1])
        confirm = f"/api/payouts/{payout['payout_id']}/confirm"
        refused(caller.post(confirm), 403, "core.not_allowed")
        confirmed = [winner.post(confirm).json() for _ in range(2)]
        assert confirmed[0] == confirmed[1]
        assert confirmed[0]["confirmed_at"]
        other = Caller(circle.members[drawn["winner_seat_number"] % 3])
        refused(other.post(confirm), 404, "chits.payout_not_found")
        (shown, first) = winner.get(f"{path}/draws").json()["items"]
        assert (shown["instalment"], first["payouts"]) == (2, confirmed[:1])
        assert other.get(f"{path}/draws").json()["items"][1]["payouts"] == []

    def test_a_draw_that_is_not_open_cannot_be_pressed(self):
        circle = a_circle(3)
        answer = Caller(circle.manager).post(
            f"/api/groups/{circle.group_id}/draws", {"instalment": 2}
        )
        refused(answer, 404, "chits.draw_not_found")

    def test_is_reversed_once(self):
        circle = a_circle(3)
        payment = circle.pay(1, 1000)
        caller = Caller(circle.manager)
        path = f"/api/payments/{payment.payment_id}/reverse"
        first = caller.post(path, {"reason": "typed wrong"}, key="r")
        assert first.json()["amount"]["amount_minor"] == -1000
        assert caller.post(path, {"reason": "typed wrong"}, key="r").json() == first.json()
        refused(caller.post(path, {"reason": "else"}, key="r"), 409, "api.key_used_before")
        refused(caller.post(path, {"reason": "again"}), 409, "chits.already_reversed")

    def test_in_another_currency_is_refused(self):
        circle = a_circle(3)
        sent = {"seat_number": 1, "amount_minor": 1, "currency": "USD", "method": "cash"}
        answer = Caller(circle.manager).post(f"/api/groups/{circle.group_id}/payments", sent)
        refused(answer, 422, "input.invalid", "currency")

    def test_adds_up_for_the_manager_and_shows_a_member_the_own_seat(self):
        circle = a_circle(3)
        circle.pay_all()
        path = f"/api/groups/{circle.group_id}/statement"
        whole = Caller(circle.manager).get(path).json()
        assert whole["books"]["received"]["amount_minor"] == 1_500_000
        assert whole["books"]["difference"]["amount_minor"] == 0
        own = Caller(circle.members[1]).get(path).json()
        assert (own["books"], [seat["seat_number"] for seat in own["seats"]]) == (None, [2])


class TestLists:
    @pytest.mark.parametrize("part", ["dues", "schedule", "payments", "draws"])
    def test_come_in_pages_without_a_gap_or_a_repeat(self, part):
        circle = a_circle(3)
        circle.pay_all()
        circle.draw_now()
        caller = Caller(circle.manager)
        path = f"/api/groups/{circle.group_id}/{part}"
        whole = caller.get(f"{path}?limit=100").json()
        assert whole["next"] is None
        seen, after = [], ""
        while True:
            page = caller.get(f"{path}?limit=2{after}").json()
            assert len(page["items"]) <= 2
            seen += page["items"]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        assert seen == whole["items"]
        assert len(seen) >= 2

    def test_of_groups_are_the_managers_and_the_members_own(self):
        manager = a_manager()
        first, second = (a_circle(3, manager=manager) for _ in range(2))
        caller = Caller(manager)
        page = caller.get("/api/groups?limit=1").json()
        assert page["items"][0]["group_id"] == str(second.group_id)
        rest = caller.get(f"/api/groups?limit=1&after={page['next']}").json()
        assert [line["group_id"] for line in rest["items"]] == [str(first.group_id)]
        assert rest["next"] is None
        (mine,) = Caller(first.members[1]).get("/api/groups").json()["items"]
        assert (mine["role"], mine["my_seat_numbers"]) == ("member", [2])
        assert Caller(a_manager()).get("/api/groups").json() == {"items": [], "next": None}

    def test_refuse_the_cursor_of_another_list(self):
        circle = a_circle(3)
        caller = Caller(circle.manager)
        path = f"/api/groups/{circle.group_id}"
        cursor = caller.get(f"{path}/schedule?limit=1").json()["next"]
        refused(caller.get(f"{path}/dues?after={cursor}"), 422, "input.invalid", "after")

    def test_show_a_member_no_mobile_number(self):
        circle = a_circle(3)
        said = Caller(circle.members[0]).get(f"/api/groups/{circle.group_id}")
        assert {seat["mobile_masked"] for seat in said.json()["seats"]} == {None}
        shown = Caller(circle.manager).get(f"/api/groups/{circle.group_id}").json()
        assert all(
            mobile_of(member)[-4:] in seat["mobile_masked"]
            for member, seat in zip(circle.members, shown["seats"], strict=True)
        )
