"""Leaving: closing the own account, and taking along what is held about oneself."""

import json

import pytest

from luckychit.core import clock
from luckychit.core.db import transaction
from luckychit.core.errors import NotAllowed, SignInNeeded, TooManyTries
from luckychit.core.money import Money
from luckychit.core.settings import settings
from luckychit.domain.users import closing, errors, holdings, service
from luckychit.domain.wallet import accounts, operations
from luckychit.domain.wallet import person as wallet_person
from tests.helpers import factors, people
from tests.helpers.circle import a_circle, clock_at
from tests.helpers.people import PASSWORD, a_manager, a_member, an_admin, mobile_of, with_password
from tests.helpers.rooms import a_player, a_room

pytestmark = pytest.mark.usefixtures("db")


def close(actor):
    service.close_own_account(actor=with_password(actor), current_password=PASSWORD)


def why_not(actor) -> str:
    with pytest.raises(errors.AccountInUse) as refused:
        close(actor)
    return refused.value.message


def export(actor):
    return json.loads("".join(service.export_own(actor=actor)))


class TestClosing:
    def test_ends_everything_at_once_and_tells_by_letter(self):
        member = with_password(a_member())
        service.update_profile(actor=member, email="ravi@example.com", current_password=PASSWORD)
        token = people.sign_in(mobile_of(member)).token
        close(member)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)
        with pytest.raises(errors.Deactivated):
            people.sign_in(mobile_of(member))
        with pytest.raises(SignInNeeded):
            close(member)
        assert factors.letters_to("ravi@example.com")[-1] == "account_closed"
        assert factors.trail(member)[-1] == ("users.account_closed", {})

    def test_can_be_undone_by_an_admin(self):
        member = a_member()
        close(member)
        service.reactivate(actor=an_admin(), user_id=member.user_id)
        assert people.sign_in(mobile_of(member))

    def test_needs_the_password(self):
        member = with_password(a_member())
        with pytest.raises(errors.WrongCurrentPassword):
            service.close_own_account(actor=member, current_password="not this one")
        assert people.sign_in(mobile_of(member))

    def test_is_not_for_admins(self):
        with pytest.raises(NotAllowed):
            close(an_admin())

    def test_waits_for_the_end_of_a_circle(self):
        with clock_at():
            circle = a_circle(3)
            assert "Lakshmi Circle" in why_not(circle.members[0])
            assert "You run Lakshmi Circle" in why_not(circle.manager)
        close(a_manager())

    def test_waits_for_the_end_of_a_draw_and_a_room(self):
        with clock_at():
            room = a_room()
            assert "still open" in why_not(room.host)
            guest, looker_on = a_player(), a_player()
            room.come(guest, looker_on)
            room.buy(guest)
            assert f"a ticket in {room.draw_id}" in why_not(guest)
            close(looker_on)

    @pytest.mark.parametrize(("currency", "is_money"), [("INR", True), ("XXX", False)])
    def test_waits_for_money_but_not_for_play_credit(self, currency, is_money):
        member = a_member()
        amount = Money(5000, currency)
        with transaction() as session:
            operations.post(
                session,
                key=f"test:{currency}",
                kind="deposit",
                legs=[
                    (accounts.clearing("test"), -amount),
                    (accounts.wallet(member.user_id), amount),
                ],
                now=clock.now(),
                user_id=member.user_id,
            )
        if is_money:
            assert "₹50" in why_not(member)
        else:
            close(member)

    def test_treats_the_games_money_of_the_demo_as_play_credit(self):
        player = a_player(minor=500)
        with transaction() as session:
            assert settings().games_currency == "USD"
            assert wallet_person.money_left(session, player.user_id) is None

    def test_says_every_reason(self, monkeypatch):
        monkeypatch.setattr(closing, "_objections", [])
        closing.register(lambda *_: "One thing.")
        closing.register(lambda *_: None)
        closing.register(lambda *_: "Another thing.")
        member = a_member()
        assert why_not(member) == "One thing. Another thing."
        assert people.sign_in(mobile_of(member))

    def test_is_asked_of_every_slice(self):
        slices = {ask.__module__.split(".")[2] for ask in closing._objections}
        assert slices == {"chits", "rooms", "tickets", "wallet"}


class TestTheExport:
    def test_holds_what_every_slice_knows(self):
        assert set(holdings.names()) >= {
            "sessions",
            "links",
            "recovery_codes",
            "letters",
            "notices",
            "audit_trail",
            "seats",
            "dues",
            "payments",
            "prizes",
            "payouts",
            "circles_managed",
            "tickets",
            "rooms",
            "wallet_lines",
            "breaks",
        }

    def test_is_about_this_person_alone(self):
        with clock_at():
            circle = a_circle(3)
            circle.pay_all()
            mine = export(circle.members[0])
            theirs = export(circle.members[1])
            managed = export(circle.manager)
        assert mine["account"]["full_name"] == "Member 1"
        assert "Member 2" not in json.dumps(mine)
        assert [len(mine[name]) for name in ("seats", "dues", "payments")] == [1, 3, 1]
        assert mine["payments"][0]["amount_minor"] > 0
        assert mine["payments"] != theirs["payments"]
        assert [one["name"] for one in managed["circles_managed"]] == ["Lakshmi Circle"]
        assert managed["seats"] == []

    def test_holds_games_and_the_wallet(self):
        with clock_at():
            room = a_room()
            room.buy(room.host)
            found = export(room.host)
        assert [one["code"] for one in found["rooms"]] == [room.code]
        assert len(found["tickets"]) == 1
        assert found["tickets"][0]["issued_at"].startswith("20")
        assert found["wallet_lines"][-1]["amount_minor"] < 0

    def test_holds_no_secret(self):
        manager = a_manager()
        secret, codes = factors.with_factor(manager)
        token = people.a_session(manager)
        challenge = factors.challenge_of(manager)
        said = json.dumps(export(manager))
        for hidden in (secret, *codes, token, challenge, "password_hash", "totp_secret", "_hash"):
            assert hidden not in said
        assert len(export_names(said)) == len(set(export_names(said)))

    def test_is_made_once_a_minute(self, monkeypatch):
        member = a_member()
        export(member)
        with pytest.raises(TooManyTries) as refused:
            service.export_own(actor=member)
        assert 1 <= refused.value.retry_after_s <= 60
        people.pass_time(monkeypatch, seconds=60)
        assert export(member)["audit_trail"][-1]["action"] == "users.data_exported"

    def test_is_not_for_nobody(self):
        with pytest.raises(SignInNeeded):
            service.export_own(actor=None)


def export_names(said: str) -> list[str]:
    return list(json.loads(said))
