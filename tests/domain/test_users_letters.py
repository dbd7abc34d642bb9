"""Links in letters: each for one purpose, one address, once, for a short time."""

from functools import partial

import pytest
from sqlalchemy import event, text
from sqlmodel import select

from luckychit.core import clock
from luckychit.core import db as core_db
from luckychit.core.db import reading, transaction
from luckychit.core.errors import InvalidInput, SignInNeeded, TooManyTries
from luckychit.domain.audit.models import AuditEntry
from luckychit.domain.users import errors, queries, service
from luckychit.domain.users.models import User
from luckychit.domain.users.operations import links
from luckychit.domain.users.rules.throttle import LIMITS
from luckychit.domain.users.service import letters as module
from tests.helpers import people
from tests.helpers.letters import EMAIL, kinds, received, sign_up
from tests.helpers.people import HOME, PASSWORD
from tests.helpers.races import at_once, of_type, together

pytestmark = pytest.mark.usefixtures("db")

NEW = "a red kite over hills"
STRANGER = "198.51.100.1"


@pytest.fixture
def wait(monkeypatch):
    monkeypatch.setenv(clock.OFFSET_VARIABLE, "0")
    return partial(people.pass_time, monkeypatch)


@pytest.fixture
def ravi():
    return sign_up(full_name="Ravi Kumar").actor


@pytest.fixture
def token(ravi):
    """The secret of a link that replaces Ravi's password."""
    service.ask_reset(email=EMAIL, address=HOME)
    return received()[-1].token


def row_of(actor) -> User:
    with reading() as session:
        return session.get_one(User, actor.user_id)


def set_email(actor, email) -> None:
    with transaction() as session:
        user = session.get_one(User, actor.user_id)
        user.email, user.email_verified_at = email, None


def actions() -> list[str]:
    with reading() as session:
        return list(session.exec(select(AuditEntry.action).order_by(AuditEntry.id)))


def does_not_work(unit, **given):
    with pytest.raises(errors.LinkNotValid):
        unit(**given)


class TestTheLinkThatConfirms:
    def test_confirms_the_address(self, ravi):
        assert queries.unverified_email(actor=ravi) == EMAIL
        service.verify_email(token=received()[0].token)
        assert queries.unverified_email(actor=ravi) == ""
        assert actions() == ["users.signed_up", "users.email_verified"]

    def test_works_once(self, ravi):
        token = received()[0].token
        service.verify_email(token=token)
        does_not_work(service.verify_email, token=token)

    def test_works_for_a_day(self, ravi, wait):
        wait(hours=24, seconds=1)
        does_not_work(service.verify_email, token=received()[0].token)
        assert queries.unverified_email(actor=ravi) == EMAIL

    def test_confirms_no_address_but_the_one_it_went_to(self, ravi):
        set_email(ravi, "other@example.com")
        does_not_work(service.verify_email, token=received()[0].token)
        assert queries.unverified_email(actor=ravi) == "other@example.com"

    def test_is_none_that_replaces_a_password(self, ravi):
        token = received()[0].token
        does_not_work(service.reset_password, token=token, new_password=NEW)
        service.verify_email(token=token)

    def test_is_worth_nothing_once_the_account_is_closed(self, ravi):
        service.deactivate(actor=people.an_admin(), user_id=ravi.user_id)
        does_not_work(service.verify_email, token=received()[0].token)

    @pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 9999, None, 7, "\0" * 43, "é" * 43])
    def test_cannot_be_guessed(self, ravi, token):
        does_not_work(service.verify_email, token=token)

    def test_is_kept_as_a_hash_only(self, ravi):
        with reading() as session:
            rows = session.execute(text("SELECT account_links::text FROM account_links")).scalars()
            assert not any(received()[0].token in row for row in rows)


class TestAskingForItAgain:
    def test_sends_another_and_either_works_until_one_is_used(self, ravi):
        assert service.ask_to_verify(actor=ravi) == EMAIL
        first, second = (letter.token for letter in received())
        assert kinds() == ["welcome", "verify_email"]
        service.verify_email(token=first)
        does_not_work(service.verify_email, token=second)

    def test_is_refused_when_nothing_is_left_to_confirm(self, ravi):
        service.verify_email(token=received()[0].token)
        with pytest.raises(errors.EmailAlreadyVerified):
            service.ask_to_verify(actor=ravi)
        with pytest.raises(errors.EmailAlreadyVerified):
            service.ask_to_verify(actor=people.a_member())

    def test_is_slowed_down(self, ravi):
        for _ in range(LIMITS["letter"].free):
            service.ask_to_verify(actor=ravi)
        with pytest.raises(TooManyTries):
            service.ask_to_verify(actor=ravi)
        assert len(received()) == 1 + LIMITS["letter"].free

    def test_is_for_people_who_are_there(self, ravi):
        with pytest.raises(SignInNeeded):
            service.ask_to_verify(actor=None)
        service.deactivate(actor=people.an_admin(), user_id=ravi.user_id)
        with pytest.raises(SignInNeeded):
            service.ask_to_verify(actor=ravi)


class TestALostPassword:
    def test_is_replaced_by_link(self, ravi, token):
        service.reset_password(token=token, new_password=NEW)
        assert people.sign_in(EMAIL, NEW).actor.user_id == ravi.user_id
        with pytest.raises(errors.WrongCredentials):
            people.sign_in(EMAIL, PASSWORD)

    def test_ends_every_session(self, ravi, token):
        other = people.sign_in(EMAIL).token
        service.reset_password(token=token, new_password=NEW)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=other)
        assert service.list_sessions(actor=ravi) == []

    def test_is_told_and_recorded_and_proves_the_address(self, ravi, token):
        service.reset_password(token=token, new_password=NEW)
        assert kinds() == ["welcome", "reset_password", "password_changed"]
        assert set(actions()[1:]) == {"users.password_reset", "users.email_verified"}
        assert queries.unverified_email(actor=ravi) == ""

    def test_is_replaced_once_and_older_links_die(self, ravi, token):
        service.ask_reset(email=EMAIL, address=HOME)
        second = received()[-1].token
        service.reset_password(token=second, new_password=NEW)
        does_not_work(service.reset_password, token=second, new_password=NEW + "!")
        does_not_work(service.reset_password, token=token, new_password=NEW + "!")

    def test_is_replaced_within_half_an_hour(self, ravi, token, wait):
        wait(minutes=30, seconds=1)
        does_not_work(service.reset_password, token=token, new_password=NEW)

    def test_is_not_replaced_by_the_letter_to_an_address_of_before(self, ravi, token):
        set_email(ravi, "other@example.com")
        does_not_work(service.reset_password, token=token, new_password=NEW)

    def test_is_not_replaced_when_it_was_found_and_changed(self, ravi, token):
        service.change_password(actor=ravi, current_password=PASSWORD, new_password=NEW)
        does_not_work(service.reset_password, token=token, new_password=NEW + "!")

    def test_is_not_confirmed_by_the_link_that_resets(self, ravi, token):
        does_not_work(service.verify_email, token=token)

    def test_keeps_the_link_when_the_new_one_is_too_easy(self, ravi, token):
        for poor in ("short", "password1", "Ravi Kumar"):
            with pytest.raises(InvalidInput):
                service.reset_password(token=token, new_password=poor)
        service.reset_password(token=token, new_password=NEW)

    def test_may_be_a_one_time_password(self):
        admin = people.an_admin()
        made = service.create_manager(
            actor=admin, full_name="Meera", mobile_number="9876543210", email=EMAIL
        )
        service.ask_reset(email=EMAIL, address=HOME)
        service.reset_password(token=received()[-1].token, new_password=NEW)
        assert not people.sign_in(made.login, NEW).actor.must_change_password

    def test_costs_no_hash_without_a_good_link(self, monkeypatch, ravi):
        monkeypatch.setattr(module, "hash_of", lambda _: pytest.fail("a hash was computed"))
        does_not_work(service.reset_password, token="x" * 43, new_password=NEW)

    def test_lets_who_guessed_too_often_sign_in_at_once(self, ravi, token):
        for _ in range(LIMITS["pair"].free):
            with pytest.raises(errors.WrongCredentials):
                people.sign_in(EMAIL, "not this one")
        with pytest.raises(TooManyTries):
            people.sign_in(EMAIL)
        service.reset_password(token=token, new_password=NEW, address=HOME)
        assert people.sign_in(EMAIL, NEW)

    def test_is_replaced_by_one_of_two_at_once(self, monkeypatch, ravi, token):
        monkeypatch.setattr(module, "_look_before", together(module._look_before))
        results = at_once(
            *(partial(service.reset_password, token=token, new_password=NEW + c) for c in "12")
        )
        assert len(of_type(results, errors.LinkNotValid)) == 1

    def test_would_be_replaced_by_both_if_looking_were_enough(self, monkeypatch, ravi, token):
        """The negative control: the look that all do first says yes to all."""
        monkeypatch.setattr(module, "_look_before", together(module._look_before))
        monkeypatch.setattr(module, "use_link", together(links.find_link))
        results = at_once(
            *(partial(service.reset_password, token=token, new_password=NEW + c) for c in "12")
        )
        assert results == [None, None]


class TestWhoAsksForAReset:
    def test_learns_nothing_of_who_has_an_account(self, ravi):
        for email in (EMAIL, "nobody@example.com", " RAVI@example.com "):
            assert service.ask_reset(email=email, address=HOME) is None
        assert kinds("nobody@example.com") == []
        assert kinds() == ["welcome", "reset_password", "reset_password"]

    def test_takes_the_same_way_but_for_the_letter_itself(self, ravi):
        def statements(email) -> list[str]:
            seen = []

            def note(_connection, _cursor, statement, *_):
                seen.append(" ".join(statement.split()[:3]))

            event.listen(core_db.engine(), "before_cursor_execute", note)
            try:
                service.ask_reset(email=email, address=HOME)
            finally:
                event.remove(core_db.engine(), "before_cursor_execute", note)
            return seen

        of_letters = {"INSERT INTO account_links", "INSERT INTO mails"}
        known, unknown = statements(EMAIL), statements("nobody@example.com")
        assert [each for each in known if each not in of_letters] == unknown
        assert of_letters <= set(known)

    def test_cannot_flood_a_mailbox_from_many_networks(self, ravi):
        for place in range(LIMITS["letter"].free + 5):
            service.ask_reset(email=EMAIL, address=f"192.0.2.{place}")
        assert kinds().count("reset_password") == LIMITS["letter"].free

    def test_cannot_ask_for_many_from_one_network(self):
        for number in range(LIMITS["address"].free):
            service.ask_reset(email=f"p{number}@example.com", address=STRANGER)
        with pytest.raises(TooManyTries):
            service.ask_reset(email="p@example.com", address=STRANGER)
        service.ask_reset(email="p@example.com", address=HOME)

    def test_gets_no_letter_to_a_closed_account(self, ravi):
        service.deactivate(actor=people.an_admin(), user_id=ravi.user_id)
        service.ask_reset(email=EMAIL, address=HOME)
        assert kinds() == ["welcome"]

    @pytest.mark.parametrize("email", ["", "ravi", None, 7, "x" * 999, "a@b", "a\n@example.com"])
    def test_is_told_when_it_is_no_address(self, email):
        with pytest.raises(InvalidInput) as refused:
            service.ask_reset(email=email, address=HOME)
        assert list(refused.value.fields) == ["email"]


class TestAPasswordThatSomebodyElseReplaced:
    def test_is_told_to_its_owner(self, ravi):
        made = service.renew_one_time_password(actor=people.an_admin(), user_id=ravi.user_id)
        assert kinds()[-1] == "password_changed"
        assert made.one_time_password not in received()[-1].text


class TestOldLinks:
    def test_are_forgotten(self, ravi, wait):
        wait(days=9)
        service.forget_old_sign_ins()
        with reading() as session:
            assert session.execute(text("SELECT count(*) FROM account_links")).scalar_one() == 0
