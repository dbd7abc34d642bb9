"""Signing in: every way in, every refusal, and what an attacker can and cannot do."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import bcrypt
import pytest
from sqlalchemy import text

from luckychit.core import clock
from luckychit.core.db import reading, transaction
from luckychit.core.errors import InvalidInput, SignInNeeded, TooManyTries
from luckychit.domain.users import errors, service
from luckychit.domain.users.rules.throttle import LIMITS
from tests.helpers import people
from tests.helpers.people import HOME, sign_in
from tests.helpers.races import patient

pytestmark = pytest.mark.usefixtures("db")

STRANGER = "198.51.100.1"
WRONG = "not the password"
FREE = LIMITS["pair"].free


@pytest.fixture
def member(db):
    return people.with_password(people.a_member(people.a_manager()))


@pytest.fixture
def wait(monkeypatch):
    """Let time pass."""
    monkeypatch.setenv(clock.OFFSET_VARIABLE, "0")
    return partial(people.pass_time, monkeypatch)


def fail(login, *, address=HOME, times=1):
    for _ in range(times):
        with pytest.raises(errors.WrongCredentials):
            sign_in(login, WRONG, address=address)


def told_to_wait_s(login, *, address=HOME, password=WRONG) -> int:
    with pytest.raises(TooManyTries) as refused:
        sign_in(login, password, address=address)
    return refused.value.retry_after_s


def spread_failures(login, count):
    """Fail from many networks, so that only the account's counter grows."""
    for place in range(count):
        fail(login, address=f"192.0.2.{place}")


class TestSignIn:
    def test_begins_a_session_the_token_names(self, member):
        signed_in = sign_in(people.mobile_of(member))
        assert signed_in.actor.user_id == member.user_id
        assert service.actor_of(token=signed_in.token) == signed_in.actor

    def test_keeps_only_a_hash_of_the_token(self, member):
        token = sign_in(people.mobile_of(member)).token
        with reading() as session:
            stored = session.execute(text("SELECT sessions::text FROM sessions")).scalars().all()
        assert not any(token in row for row in stored)

    def test_takes_mobile_e_mail_and_username_in_capitals_or_not(self):
        service.create_admin(
            full_name="Asha",
            username="asha.k",
            email="asha@example.com",
            mobile_number="9876543210",
            password=people.PASSWORD,
        )
        for login in (
            "98765 43210",
            "+919876543210",
            "919876543210",
            "Asha@Example.COM",
            "ASHA.K",
            " asha.k ",
        ):
            assert sign_in(login).actor.role == "admin"

    def test_gives_each_browser_its_own_session(self, member):
        tokens = {sign_in(people.mobile_of(member)).token for _ in range(3)}
        assert len({service.actor_of(token=token).session_id for token in tokens}) == 3

    def test_reads_a_one_time_password_however_it_is_typed(self):
        made = service.create_member(
            actor=people.a_manager(), full_name="R", mobile_number="9876543210"
        )
        typed = made.one_time_password.replace("-", " ").lower()
        assert sign_in("9876543210", typed).actor.must_change_password

    def test_notes_what_the_browser_says_without_trusting_it(self, member):
        signed_in = sign_in(
            people.mobile_of(member), address=HOME, user_agent="Fire\0fox\n" + "x" * 9999
        )
        shown = service.list_sessions(actor=signed_in.actor)[0]
        assert shown.user_agent.startswith("Firefoxx")
        assert len(shown.user_agent) == 300
        assert shown.address == HOME

    @pytest.mark.parametrize("sent", [None, 7, {"a": 1}, [], "", "x" * 10_000, "a\0b", "\ud800"])
    @pytest.mark.parametrize("field", ["login", "password"])
    def test_names_the_field_of_a_wrong_shape(self, field, sent):
        with pytest.raises(InvalidInput) as refused:
            service.sign_in(
                **{"login": "asha", "password": "x", field: sent}, address=HOME, user_agent=""
            )
        assert list(refused.value.fields) == [field]

    @pytest.mark.parametrize("sent", [None, 7, {}, "", "x" * 999, "a\0b", "not an address"])
    def test_survives_any_address_and_browser(self, member, sent):
        assert sign_in(people.mobile_of(member), address=sent, user_agent=sent)


class TestRefusal:
    def test_is_the_same_for_an_unknown_login_and_a_wrong_password(self, member):
        said = []
        for login in (people.mobile_of(member), "+919999999999", "nobody", "nobody@example.com"):
            with pytest.raises(errors.WrongCredentials) as refused:
                sign_in(login, WRONG)
            said.append((refused.value.code, refused.value.message, refused.value.facts))
        assert len({str(item) for item in said}) == 1

    def test_is_a_kind_of_nobody_signed_in(self):
        assert issubclass(errors.WrongCredentials, SignInNeeded)

    def test_costs_the_same_work_for_an_unknown_login(self, member, monkeypatch):
        checked = []
        check = bcrypt.checkpw
        monkeypatch.setattr(
            bcrypt, "checkpw", lambda *given: checked.append(given[1][:7]) or check(*given)
        )
        for login in (people.mobile_of(member), "+919999999999"):
            fail(login)
        with pytest.raises(errors.WrongCredentials):
            sign_in(people.mobile_of(people.a_manager()))  # has no password at all
        assert checked == [b"$2b$04$"] * 3

    def test_never_hashes_inside_a_transaction(self, member, db, monkeypatch):
        open_during_check = []
        check = bcrypt.checkpw

        def look(*given):
            open_during_check.append(db.app.pool.checkedout())
            return check(*given)

        monkeypatch.setattr(bcrypt, "checkpw", look)
        sign_in(people.mobile_of(member))
        fail("nobody")
        service.change_password(
            actor=member, current_password=people.PASSWORD, new_password="tin lamp 7"
        )
        assert open_during_check == [0, 0, 0]

    def test_of_an_expired_one_time_password_says_so_to_who_knows_it(self, wait):
        made = service.create_member(
            actor=people.a_manager(), full_name="R", mobile_number="9876543210"
        )
        wait(days=7, seconds=-5)
        assert sign_in("9876543210", made.one_time_password)
        wait(seconds=10)
        with pytest.raises(errors.OneTimePasswordExpired):
            sign_in("9876543210", made.one_time_password)
        fail("9876543210")

    def test_of_a_closed_account_says_so_to_who_knows_the_password(self, member):
        service.deactivate(actor=people.an_admin(), user_id=member.user_id)
        with pytest.raises(errors.Deactivated):
            sign_in(people.mobile_of(member))
        fail(people.mobile_of(member))

    def test_when_the_password_changes_during_the_check(self, member, monkeypatch):
        check = bcrypt.checkpw

        def change_meanwhile(*given):
            people.with_password(member, "another one")
            return check(*given)

        monkeypatch.setattr(bcrypt, "checkpw", change_meanwhile)
        with pytest.raises(errors.WrongCredentials):
            sign_in(people.mobile_of(member))


class TestThrottle:
    def test_makes_each_further_failure_wait_twice_as_long(self, member, wait):
        login = people.mobile_of(member)
        fail(login, times=FREE)
        for wait_s in (30, 60, 120, 240):
            assert told_to_wait_s(login) == pytest.approx(wait_s, abs=2)
            wait(seconds=wait_s)
            fail(login)

    def test_never_waits_longer_than_an_hour(self, member, wait):
        login = people.mobile_of(member)
        fail(login, times=FREE)
        for _ in range(12):
            assert told_to_wait_s(login) <= 3600
            wait(hours=1)
            fail(login)
        wait(hours=1)
        assert sign_in(login)

    def test_comes_before_the_password_is_looked_at(self, member, monkeypatch):
        login = people.mobile_of(member)
        fail(login, times=FREE)
        monkeypatch.setattr(bcrypt, "checkpw", None)
        assert told_to_wait_s(login, password=people.PASSWORD) > 0

    def test_counts_an_unknown_login_the_same_way(self):
        fail("+919999999999", times=FREE)
        assert told_to_wait_s("99999 99999") == pytest.approx(30, abs=2)

    def test_counts_all_ways_of_writing_a_login_as_one(self, member):
        mobile = people.mobile_of(member)
        ways = [mobile, mobile[3:], mobile[1:], f" {mobile[3:8]} {mobile[8:]}", mobile]
        for login in ways:
            fail(login)
        assert told_to_wait_s(mobile) > 0

    def test_starts_anew_after_success(self, member):
        login = people.mobile_of(member)
        fail(login, times=FREE - 1)
        sign_in(login)
        fail(login, times=FREE - 1)
        assert sign_in(login)

    def test_leaves_the_owner_free_at_another_address(self, member):
        login = people.mobile_of(member)
        fail(login, address=STRANGER, times=FREE)
        assert told_to_wait_s(login, address=STRANGER) > 0
        assert sign_in(login, address=HOME)

    def test_leaves_other_people_free_at_the_same_address(self, member):
        other = people.with_password(people.a_member(people.a_manager()))
        fail(people.mobile_of(member), times=FREE)
        assert sign_in(people.mobile_of(other))

    def test_counts_a_whole_ipv6_network_as_one_address(self, member):
        login = people.mobile_of(member)
        for place in range(FREE):
            fail(login, address=f"2001:db8:1:2::{place}")
        assert told_to_wait_s(login, address="2001:db8:1:2:ffff::1") > 0
        assert sign_in(login, address="2001:db8:1:3::1")

    def test_of_the_address_bites_whoever_tries_many_logins(self, member):
        for place in range(LIMITS["address"].free):
            fail(f"guess{place}", address=STRANGER)
        assert told_to_wait_s("guess99", address=STRANGER) > 0
        assert sign_in(people.mobile_of(member), address=HOME)

    def test_of_the_address_is_not_cleared_by_an_own_account(self):
        own = people.with_password(people.a_member(people.a_manager()))
        for place in range(LIMITS["address"].free - 1):
            fail(f"guess{place}", address=STRANGER)
            if place % 7 == 0:
                sign_in(people.mobile_of(own), address=STRANGER)
        fail("one-more", address=STRANGER)
        assert told_to_wait_s("guess99", address=STRANGER) > 0

    def test_of_the_account_slows_many_networks(self, member):
        login = people.mobile_of(member)
        spread_failures(login, LIMITS["account"].free)
        assert told_to_wait_s(login, address=STRANGER) > 0

    def test_of_the_account_does_not_stop_the_owner_at_a_known_address(self, member):
        login = people.mobile_of(member)
        sign_in(login, address=HOME)
        spread_failures(login, LIMITS["account"].free)
        assert told_to_wait_s(login, address=STRANGER) > 0
        assert sign_in(login, address=HOME)

    def test_holds_when_tries_come_at_once(self, member):
        login = people.mobile_of(member)

        def guess(_):
            try:
                sign_in(login, WRONG)
            except errors.WrongCredentials:
                return "looked at"
            except TooManyTries:
                return "refused"

        with patient(), ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(guess, range(24)))
        assert outcomes.count("looked at") == FREE

    def test_names_neither_people_nor_addresses_in_its_table(self, member):
        fail(people.mobile_of(member))
        with reading() as session:
            rows = session.execute(text("SELECT sign_in_counters::text FROM sign_in_counters"))
            stored = "".join(rows.scalars())
        assert people.mobile_of(member)[3:] not in stored
        assert HOME not in stored


class TestSignOut:
    def test_ends_this_session_only(self, member):
        first, second = (sign_in(people.mobile_of(member)).token for _ in range(2))
        service.sign_out(token=first)
        service.sign_out(token=first)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=first)
        assert service.actor_of(token=second)

    @pytest.mark.parametrize("token", [None, "", "x" * 43, 7, {}, "é" * 43])
    def test_of_nobody_does_nothing(self, token):
        service.sign_out(token=token)


class TestForgetOldSignIns:
    def test_removes_only_what_can_matter_to_nobody(self, member, wait):
        fail(people.mobile_of(member))
        with transaction() as session:
            before = session.execute(text("SELECT count(*) FROM sessions")).scalar_one()
        assert service.forget_old_sign_ins() == 0
        wait(days=8)
        assert service.forget_old_sign_ins() == 3
        wait(days=180)
        assert service.forget_old_sign_ins() == before
