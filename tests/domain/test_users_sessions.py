"""Sessions, own passwords, closed accounts, and what the database itself refuses."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from luckychit.core import clock
from luckychit.core.db import engine, reading, transaction
from luckychit.core.errors import InvalidInput, NotAllowed, NotFound, SignInNeeded, TooManyTries
from luckychit.core.ids import new_id
from luckychit.domain.users import errors, service
from luckychit.domain.users.rules.throttle import LIMITS
from tests.helpers import people
from tests.helpers.people import sign_in

pytestmark = pytest.mark.usefixtures("db")

NEW = "a lamp of tin 7"
ROW = {
    "id": None,
    "role": "member",
    "full_name": "R",
    "mobile_number": "+919876500001",
    "email": None,
    "username": None,
    "password_hash": "none:",
    "must_change_password": False,
}
STRANGE = [None, 7, {"a": 1}, [], "", "x" * 10_000, "a\0b", "\ud800"]


@pytest.fixture
def member(db):
    return people.with_password(people.a_member(people.a_manager()))


@pytest.fixture
def wait(monkeypatch):
    """Let time pass."""
    monkeypatch.setenv(clock.OFFSET_VARIABLE, "0")
    return partial(people.pass_time, monkeypatch)


def change(actor, *, current=people.PASSWORD, new=NEW):
    service.change_password(actor=actor, current_password=current, new_password=new)


def seen_at(actor):
    with reading() as session:
        return session.execute(
            text("SELECT last_seen_at FROM sessions WHERE id = :id"), {"id": actor.session_id}
        ).scalar_one()


class TestActorOf:
    @pytest.mark.parametrize("token", [None, "", "x" * 43, "x" * 10_000, 7, {}, b"x" * 43])
    def test_knows_nobody_by_a_foreign_token(self, token):
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)

    def test_says_who_it_is(self, member):
        actor = service.actor_of(token=people.a_session(member))
        assert (actor.user_id, actor.role, actor.full_name, actor.must_change_password) == (
            member.user_id,
            "member",
            member.full_name,
            False,
        )

    def test_ends_after_thirty_days_unseen(self, member, wait):
        token = people.a_session(member)
        wait(days=29)
        assert service.actor_of(token=token)
        wait(days=29)
        assert service.actor_of(token=token)
        wait(days=30)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)

    def test_ends_after_ninety_days_however_busy(self, member, wait):
        token = people.a_session(member)
        for _ in range(4):
            wait(days=22)
            assert service.actor_of(token=token)
        wait(days=2, seconds=1)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)

    def test_notes_its_use_at_most_once_a_minute(self, member, wait):
        token = people.a_session(member)
        actor = service.actor_of(token=token)
        first = seen_at(actor)
        wait(seconds=50)
        service.actor_of(token=token)
        assert seen_at(actor) == first
        wait(seconds=15)
        service.actor_of(token=token)
        assert seen_at(actor) > first

    def test_reads_once_by_an_index(self, member, db):
        token = people.a_session(member)
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        event.listen(db.app, "before_cursor_execute", note)
        try:
            service.actor_of(token=token)
        finally:
            event.remove(db.app, "before_cursor_execute", note)
        assert len(statements) == 1
        assert "token_hash =" in statements[0]

    def test_sees_a_closed_account_at_once(self, member):
        token = people.a_session(member)
        admin = people.an_admin()
        service.deactivate(actor=admin, user_id=member.user_id)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)
        service.reactivate(actor=admin, user_id=member.user_id)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)

    def test_does_not_trust_a_session_begun_while_the_account_was_closing(self, member):
        service.deactivate(actor=people.an_admin(), user_id=member.user_id)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=people.a_session(member))

    def test_survives_many_events_at_once(self, member, wait):
        token = people.a_session(member)
        wait(minutes=5)
        with ThreadPoolExecutor(8) as pool:
            actors = list(pool.map(lambda _: service.actor_of(token=token), range(40)))
        assert {actor.user_id for actor in actors} == {member.user_id}


class TestSessions:
    def test_are_listed_newest_first_and_the_present_one_is_marked(self, member, wait):
        wait(minutes=1)
        actor = sign_in(people.mobile_of(member)).actor
        shown = service.list_sessions(actor=actor)
        assert [item.is_current for item in shown] == [True, False]
        assert shown[0].id == actor.session_id

    def test_that_have_ended_are_not_listed(self, member, wait):
        assert len(service.list_sessions(actor=member)) == 1
        wait(days=30)
        assert service.list_sessions(actor=member) == []

    def test_are_ended_by_their_owner(self, member):
        token = people.a_session(member)
        lost = service.actor_of(token=token).session_id
        service.revoke_session(actor=member, session_id=str(lost))
        service.revoke_session(actor=member, session_id=lost)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)

    def test_of_others_are_unknown(self, member):
        other = people.a_manager()
        for wanted in (other.session_id, new_id()):
            with pytest.raises(NotFound):
                service.revoke_session(actor=member, session_id=wanted)
        assert len(service.list_sessions(actor=other)) == 1

    @pytest.mark.parametrize("sent", STRANGE)
    def test_are_not_found_by_what_is_no_id(self, sent):
        with pytest.raises(InvalidInput):
            service.revoke_session(actor=people.a_manager(), session_id=sent)

    def test_need_somebody(self):
        with pytest.raises(SignInNeeded):
            service.list_sessions(actor=None)
        with pytest.raises(SignInNeeded):
            service.revoke_session(actor=None, session_id=new_id())


class TestChangePassword:
    def test_lets_the_new_password_in_and_not_the_old(self, member):
        change(member)
        with pytest.raises(errors.WrongCredentials):
            sign_in(people.mobile_of(member))
        assert sign_in(people.mobile_of(member), NEW)

    def test_ends_the_other_sessions_and_keeps_this_one(self, member):
        here, there = people.a_session(member), people.a_session(member)
        change(service.actor_of(token=here))
        assert service.actor_of(token=here)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=there)

    def test_frees_whoever_came_with_a_one_time_password(self):
        made = service.create_member(
            actor=people.a_manager(), full_name="R", mobile_number="9876543210"
        )
        signed_in = sign_in("9876543210", made.one_time_password)
        change(signed_in.actor, current=made.one_time_password.lower())
        assert not service.actor_of(token=signed_in.token).must_change_password
        with pytest.raises(errors.WrongCredentials):
            sign_in("9876543210", made.one_time_password)

    def test_refuses_a_wrong_current_password(self, member):
        with pytest.raises(errors.WrongCurrentPassword):
            change(member, current="not the password")
        assert sign_in(people.mobile_of(member))

    def test_makes_guessing_the_current_password_wait(self, member):
        for _ in range(LIMITS["change"].free):
            with pytest.raises(errors.WrongCurrentPassword):
                change(member, current="not the password")
        with pytest.raises(TooManyTries):
            change(member)
        assert sign_in(people.mobile_of(member))

    def test_refuses_the_present_password_again(self, member):
        with pytest.raises(InvalidInput, match="another"):
            change(member, new=people.PASSWORD)

    def test_refuses_the_one_time_password_as_ones_own(self):
        made = service.create_member(
            actor=people.a_manager(), full_name="R", mobile_number="9876543210"
        )
        actor = sign_in("9876543210", made.one_time_password).actor
        with pytest.raises(InvalidInput, match="another"):
            change(actor, current=made.one_time_password, new=made.one_time_password.lower())

    def test_tells_whoever_guesses_nothing_about_the_present_password(self, member):
        with pytest.raises(errors.WrongCurrentPassword):
            change(member, current="same wrong one", new="same wrong one")

    @pytest.mark.parametrize("sent", [*STRANGE, "short", "password123"])
    def test_refuses_a_new_password_of_a_wrong_shape(self, member, sent):
        with pytest.raises(InvalidInput) as refused:
            change(member, new=sent)
        assert list(refused.value.fields) == ["new_password"]

    def test_refuses_the_persons_own_number_as_password(self, member):
        with pytest.raises(InvalidInput, match="your own"):
            change(member, new=people.mobile_of(member)[3:])

    @pytest.mark.parametrize("sent", [None, 7, {"a": 1}, "", "x" * 10_000, "a\0b", "\ud800"])
    def test_refuses_a_current_password_of_a_wrong_shape(self, member, sent):
        with pytest.raises(InvalidInput) as refused:
            change(member, current=sent)
        assert list(refused.value.fields) == ["current_password"]

    def test_needs_somebody_whose_account_is_open(self, member):
        service.deactivate(actor=people.an_admin(), user_id=member.user_id)
        for actor in (member, None):
            with pytest.raises(SignInNeeded):
                change(actor)

    def test_twice_at_once_changes_it_once(self, member):
        def attempt(new):
            try:
                change(member, new=new)
            except errors.WrongCurrentPassword:
                return None
            return new

        with ThreadPoolExecutor(2) as pool:
            done = [new for new in pool.map(attempt, ["lamp of tin 1", "lamp of tin 2"]) if new]
        assert len(done) == 1
        assert sign_in(people.mobile_of(member), done[0])


class TestDeactivate:
    def test_is_for_admins_and_not_for_themselves(self, member):
        admin = people.an_admin()
        for actor in (member, people.a_manager()):
            for act in (service.deactivate, service.reactivate):
                with pytest.raises(NotAllowed):
                    act(actor=actor, user_id=member.user_id)
        with pytest.raises(NotAllowed):
            service.deactivate(actor=admin, user_id=admin.user_id)

    def test_is_undone_with_the_password_as_it_was(self, member):
        admin = people.an_admin()
        service.deactivate(actor=admin, user_id=str(member.user_id))
        service.deactivate(actor=admin, user_id=member.user_id)
        service.reactivate(actor=admin, user_id=member.user_id)
        assert sign_in(people.mobile_of(member))

    def test_of_nobody_is_not_found(self):
        with pytest.raises(NotFound):
            service.deactivate(actor=people.an_admin(), user_id=new_id())

    @pytest.mark.parametrize("sent", STRANGE)
    def test_refuses_what_is_no_id(self, sent):
        for act in (service.deactivate, service.reactivate):
            with pytest.raises(InvalidInput):
                act(actor=people.an_admin(), user_id=sent)

    def test_leaves_one_of_two_admins_who_close_each_other(self):
        admins = [people.an_admin(), people.an_admin()]

        def close_the_other(place):
            try:
                service.deactivate(actor=admins[place], user_id=admins[1 - place].user_id)
            except SignInNeeded:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(close_the_other, [0, 1])) == [False, True]


class TestDatabaseRefuses:
    """What the app's own role cannot write, even with a bug above."""

    def refused(self, sql, **values):
        with pytest.raises(DBAPIError) as refusal, engine().begin() as connection:
            connection.execute(text(sql), values)
        return str(refusal.value.orig)

    def insert(self, **changed):
        row = {**ROW, "id": new_id(), "created_at": clock.now(), **changed}
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        return f"INSERT INTO users ({names}) VALUES ({marks})", row

    @pytest.mark.parametrize(
        ("changed", "guard"),
        [
            ({"role": "owner"}, "users_role"),
            ({"mobile_number": "9876543210"}, "users_mobile_number_e164"),
            ({"mobile_number": "+0876543210"}, "users_mobile_number_e164"),
            ({"email": "A@b.in"}, "users_email_lower"),
            ({"username": "Asha"}, "users_username_lower"),
            ({"mobile_number": None}, "users_can_be_addressed"),
            ({"full_name": "  "}, "users_full_name_not_blank"),
            ({"must_change_password": True}, "users_one_time_password_expires"),
            ({"created_by": new_id()}, "foreign key"),
        ],
    )
    def test_a_person_of_a_wrong_shape(self, changed, guard):
        sql, row = self.insert(**changed)
        assert guard in self.refused(sql, **row)

    @pytest.mark.parametrize(
        ("login", "guard"),
        [
            ({"mobile_number": "+919876500001"}, "users_mobile_number_once"),
            ({"email": "a@b.in"}, "users_email_once"),
            ({"username": "asha"}, "users_username_once"),
        ],
    )
    def test_a_second_person_with_the_same_login(self, login, guard):
        with transaction() as session:
            sql, row = self.insert(**{"mobile_number": None, **login})
            session.execute(text(sql), row)
        sql, row = self.insert(**{"mobile_number": None, **login})
        assert guard in self.refused(sql, **row)

    @pytest.mark.parametrize(
        "sql",
        [
            "DELETE FROM users",
            "UPDATE users SET role = 'admin'",
            "UPDATE users SET created_by = NULL",
            "UPDATE sessions SET user_id = NULL",
            "UPDATE sessions SET token_hash = NULL",
            "UPDATE sessions SET created_at = now()",
            "DELETE FROM manager_members",
            "UPDATE manager_members SET linked_at = now()",
            "TRUNCATE sign_in_counters",
            "ALTER TABLE users DISABLE TRIGGER ALL",
        ],
    )
    def test_rewriting_who_people_are(self, sql):
        said = self.refused(sql)
        assert "permission denied" in said or "must be owner" in said

    def test_a_session_that_is_not_a_hash_or_of_nobody(self, member):
        sql = (
            "INSERT INTO sessions (id, user_id, token_hash, address, user_agent, created_at,"
            " last_seen_at) VALUES (:id, :user_id, :hash, '', '', now(), now())"
        )
        wrong = self.refused(sql, id=new_id(), user_id=member.user_id, hash=b"short")
        assert "sessions_token_hash_sha256" in wrong
        assert "foreign key" in self.refused(sql, id=new_id(), user_id=new_id(), hash=b"x" * 32)

    def test_a_manager_as_the_own_member(self):
        manager = people.a_manager()
        sql = "INSERT INTO manager_members VALUES (:id, :id, now())"
        assert "manager_members_two_people" in self.refused(sql, id=manager.user_id)
