"""Sessions of programs: one chain of refresh tokens, and what happens when one is shown twice."""

from functools import partial

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from luckychit.core import clock
from luckychit.core.db import engine, reading, transaction
from luckychit.core.errors import SignInNeeded
from luckychit.core.settings import settings
from luckychit.domain.users import errors, service
from luckychit.domain.users.models import RefreshToken, User
from luckychit.domain.users.operations import tokens as operations
from luckychit.domain.users.rules import sessions
from tests.helpers import people
from tests.helpers.people import HOME
from tests.helpers.races import at_once, of_type, together

pytestmark = pytest.mark.usefixtures("db")

THIEF = "198.51.100.66"
MANY = 10


@pytest.fixture
def member(db):
    return people.with_password(people.a_member(people.a_manager()))


@pytest.fixture
def wait(monkeypatch):
    """Let time pass."""
    monkeypatch.setenv(clock.OFFSET_VARIABLE, "0")
    return partial(people.pass_time, monkeypatch)


def begin(person, password=people.PASSWORD) -> service.Tokens:
    return service.tokens_for(
        login=people.mobile_of(person), password=password, address=HOME, user_agent="Tests/1.0"
    )


def refresh(token, address=HOME) -> service.Tokens:
    return service.refresh(refresh_token=token, address=address)


def actor_by(held: service.Tokens):
    """Return who an access token names at this moment, as the API finds out; None for nobody."""
    access = service.access_of(held.access_token)
    return service.actors_by_session([access.session_id]).get(access.session_id)


def rows(sql: str, **values):
    with reading() as session:
        return session.execute(text(sql), values).all()


class TestSigningIn:
    def test_gives_an_access_token_that_names_the_person_and_the_session(self, member):
        held = begin(member)
        actor = actor_by(held)
        assert actor == held.actor
        assert actor.user_id == member.user_id
        assert held.expires_in_s == 600

    def test_keeps_neither_token(self, member):
        held = begin(member)
        [(stored,)] = rows("SELECT token_hash FROM refresh_tokens")
        assert bytes(stored) == sessions.token_hash(held.refresh_token)
        [(kind, cookie)] = rows(
            "SELECT kind, token_hash FROM sessions WHERE id = :id", id=held.actor.session_id
        )
        assert (kind, cookie) == ("api", None)
        assert held.refresh_token not in repr(held)
        assert held.access_token not in repr(held)

    def test_writes_no_session_without_its_first_refresh_token(self, member, monkeypatch):
        def fails(*_args, **_kwargs):
            raise ZeroDivisionError

        monkeypatch.setattr(operations, "_add", fails)
        before = rows("SELECT count(*) FROM sessions")
        with pytest.raises(ZeroDivisionError):
            begin(member)
        assert rows("SELECT count(*) FROM sessions") == before

    def test_is_refused_as_for_browsers(self, member):
        with pytest.raises(errors.WrongCredentials):
            begin(member, "not the password")
        service.deactivate(actor=people.an_admin(), user_id=member.user_id)
        with pytest.raises(errors.Deactivated):
            begin(member)

    def test_says_that_a_one_time_password_must_be_replaced(self):
        made = service.create_member(
            actor=people.a_manager(), full_name="R", mobile_number="9876543210"
        )
        held = service.tokens_for(login="9876543210", password=made.one_time_password, address=HOME)
        assert held.actor.must_change_password

    def test_shows_the_program_among_the_sessions(self, member):
        held = begin(member)
        shown = service.list_sessions(actor=held.actor)
        assert {(item.kind, item.is_current) for item in shown} == {("api", True), ("web", False)}


class TestAccess:
    @pytest.mark.parametrize("sent", [None, "", 7, "a.b.c", "x" * 5000])
    def test_by_what_is_no_token_is_nobodys(self, sent):
        with pytest.raises(SignInNeeded):
            service.access_of(sent)

    def test_expires_by_the_apps_clock(self, member, wait):
        held = begin(member)
        wait(minutes=9, seconds=50)
        assert service.access_of(held.access_token)
        wait(seconds=10)
        with pytest.raises(SignInNeeded):
            service.access_of(held.access_token)

    def test_by_a_browsers_session_is_nobodys(self, member):
        assert service.actors_by_session([member.session_id]) == {}

    def test_of_many_is_one_indexed_read(self, db):
        held = [begin(people.with_password(people.a_member())) for _ in range(3)]
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        wanted = [one.actor.session_id for one in held]
        event.listen(db.app, "before_cursor_execute", note)
        try:
            found = service.actors_by_session(wanted)
        finally:
            event.remove(db.app, "before_cursor_execute", note)
        assert found == {one.actor.session_id: one.actor for one in held}
        assert len(statements) == 1

    def test_notes_the_use_of_the_session(self, member, wait):
        held = begin(member)
        before = rows("SELECT last_seen_at FROM sessions WHERE id = :id", id=held.actor.session_id)
        wait(minutes=2)
        actor_by(held)
        after = rows("SELECT last_seen_at FROM sessions WHERE id = :id", id=held.actor.session_id)
        assert after[0] > before[0]

    @pytest.mark.parametrize(
        "end",
        [
            lambda held: service.sign_out_token(refresh_token=held.refresh_token),
            lambda held: service.revoke_session(actor=held.actor, session_id=held.actor.session_id),
            lambda held: service.sign_out_everywhere(actor=held.actor, keep_current=False),
            lambda held: service.deactivate(actor=people.an_admin(), user_id=held.actor.user_id),
            lambda held: service.renew_one_time_password(
                actor=people.an_admin(), user_id=held.actor.user_id
            ),
            lambda held: service.change_password(
                actor=people.sign_in(people.mobile_of(held.actor)).actor,
                current_password=people.PASSWORD,
                new_password="a lamp of tin 7",
            ),
        ],
        ids=["sign-out", "revoke", "everywhere", "deactivate", "renew", "change"],
    )
    def test_ends_at_once_with_the_session(self, member, end):
        held = begin(member)
        end(held)
        assert actor_by(held) is None
        with pytest.raises(SignInNeeded) as refused:
            refresh(held.refresh_token)
        assert type(refused.value) is SignInNeeded

    def test_uses_a_key_of_its_own_when_the_demo_has_none(self, member, monkeypatch):
        held = begin(member)
        without = settings().model_copy(update={"jwt_secret": settings().jwt_secret.__class__("")})
        monkeypatch.setattr("luckychit.domain.users.service.tokens.settings", lambda: without)
        with pytest.raises(SignInNeeded):
            service.access_of(held.access_token)
        again = begin(member)
        assert service.access_of(again.access_token).user_id == member.user_id


class TestRefreshing:
    def test_gives_a_new_pair_of_the_same_session(self, member):
        held = begin(member)
        fresh = refresh(held.refresh_token)
        assert fresh.actor == held.actor
        assert fresh.refresh_token != held.refresh_token
        assert fresh.access_token != held.access_token
        assert actor_by(fresh) == held.actor
        assert actor_by(held) == held.actor

    def test_goes_on_and_on(self, member, wait):
        held, seen = begin(member), set()
        for _ in range(5):
            wait(minutes=10)
            held = refresh(held.refresh_token)
            seen.add(held.refresh_token)
        assert len(seen) == 5
        assert len(service.list_sessions(actor=held.actor)) == 2

    @pytest.mark.parametrize("sent", [None, "", 7, "x" * 43, "x" * 10_000, "é" * 43, "\ud800" * 43])
    def test_knows_nobody_by_another_token(self, sent):
        with pytest.raises(SignInNeeded):
            refresh(sent)

    def test_ends_after_thirty_days_of_silence(self, member, wait):
        held = begin(member)
        wait(days=29)
        held = refresh(held.refresh_token)
        wait(days=30)
        with pytest.raises(SignInNeeded):
            refresh(held.refresh_token)

    def test_ends_after_ninety_days_however_busy(self, member, wait):
        held = begin(member)
        for _ in range(4):
            wait(days=22)
            held = refresh(held.refresh_token)
        wait(days=2, seconds=1)
        with pytest.raises(SignInNeeded):
            refresh(held.refresh_token)

    def test_an_ended_session_is_no_theft(self, member, wait):
        held = begin(member)
        refresh(held.refresh_token)
        service.sign_out_token(refresh_token=held.refresh_token)
        wait(seconds=11)
        with pytest.raises(SignInNeeded) as refused:
            refresh(held.refresh_token)
        assert type(refused.value) is SignInNeeded
        assert rows("SELECT 1 FROM news WHERE kind = 'session_stolen'") == []

    def test_is_forgotten_with_the_session(self, member, wait):
        held = begin(member)
        refresh(held.refresh_token)
        wait(days=181)
        service.forget_old_sign_ins()
        assert rows("SELECT 1 FROM refresh_tokens") == []


class TestTheGrace:
    def test_gives_the_same_successor_again(self, member, wait):
        held = begin(member)
        first = refresh(held.refresh_token)
        wait(seconds=9)
        again = refresh(held.refresh_token)
        assert again.refresh_token == first.refresh_token
        assert len(rows("SELECT 1 FROM refresh_tokens")) == 2
        assert refresh(again.refresh_token).actor == held.actor

    def test_is_counted_from_the_first_use(self, member, wait):
        held = begin(member)
        refresh(held.refresh_token)
        for _ in range(2):
            wait(seconds=4)
            refresh(held.refresh_token)
        wait(seconds=3)
        with pytest.raises(errors.RefreshTokenReused):
            refresh(held.refresh_token)


class TestReuse:
    def test_ends_the_whole_session_at_once(self, member, wait):
        held = begin(member)
        fresh = refresh(held.refresh_token)
        other = begin(member)
        wait(seconds=10)
        with pytest.raises(errors.RefreshTokenReused):
            refresh(held.refresh_token, THIEF)
        assert actor_by(fresh) is None
        with pytest.raises(SignInNeeded):
            refresh(fresh.refresh_token)
        assert actor_by(other) == other.actor, "other sign-ins go on"

    def test_of_any_old_token_counts(self, member, wait):
        first = begin(member)
        held = first
        for _ in range(3):
            wait(minutes=10)
            held = refresh(held.refresh_token)
        with pytest.raises(errors.RefreshTokenReused):
            refresh(first.refresh_token, THIEF)
        assert actor_by(held) is None

    def test_is_told_to_the_owner_and_written_down_once(self, member, wait):
        held = begin(member)
        refresh(held.refresh_token)
        wait(seconds=10)
        for refusal in (errors.RefreshTokenReused, SignInNeeded, SignInNeeded):
            with pytest.raises(refusal) as refused:
                refresh(held.refresh_token, THIEF)
            assert type(refused.value) is refusal
        [news] = rows("SELECT user_id, manager_id, facts FROM news WHERE kind = 'session_stolen'")
        assert news == (member.user_id, None, {"device": "Tests", "address": THIEF})
        [entry] = rows(
            "SELECT actor_id, actor_role, subject_kind, subject_id, owner_id, facts"
            " FROM audit_entries WHERE action = 'users.refresh_token_reused'"
        )
        assert entry == (
            None,
            "nobody",
            "session",
            str(held.actor.session_id),
            member.user_id,
            {"device": "Tests", "shown_from": THIEF},
        )
        assert rows("SELECT 1 FROM mails") == [], "there is no address to write to"

    @pytest.mark.parametrize("language", ["en", "hi"])
    def test_is_also_written_to_who_has_an_e_mail(self, member, wait, language):
        with transaction() as session:
            user = session.get_one(User, member.user_id)
            user.email, user.language, user.full_name = "ravi@example.com", language, "Ravi <R>"
            user.email_verified_at = clock.now()
        held = begin(member)
        refresh(held.refresh_token)
        wait(seconds=10)
        with pytest.raises(errors.RefreshTokenReused):
            refresh(held.refresh_token, THIEF)
        [letter] = rows("SELECT to_address, kind, user_id, body_text, body_html FROM mails")
        assert letter[:3] == ("ravi@example.com", "session_stolen", member.user_id)
        for said in ("Tests", THIEF):
            assert said in letter.body_text
            assert said in letter.body_html
        assert "Ravi <R>" in letter.body_text
        assert "<R>" not in letter.body_html

    def test_is_in_the_feed_of_a_manager_too(self, wait):
        manager = people.with_password(people.a_manager())
        held = begin(manager)
        refresh(held.refresh_token)
        wait(seconds=10)
        with pytest.raises(errors.RefreshTokenReused):
            refresh(held.refresh_token, THIEF)
        [(told,)] = rows("SELECT manager_id FROM news WHERE kind = 'session_stolen'")
        assert told == manager.user_id


class TestAtOnce:
    def test_ten_with_one_token_get_one_successor(self, member):
        held = begin(member)
        got = at_once(*[lambda: refresh(held.refresh_token)] * MANY)
        assert {one.refresh_token for one in got} == {got[0].refresh_token}
        assert len(rows("SELECT 1 FROM refresh_tokens")) == 2
        assert refresh(got[0].refresh_token).actor == held.actor

    def test_without_the_one_statement_they_would_not(self, member, monkeypatch):
        """The control: whoever looks first and writes afterwards is one of many first ones."""

        def look(session, token_hash):
            wanted = select(RefreshToken).where(RefreshToken.token_hash == token_hash)
            return session.exec(wanted).one()

        seen = together(look)

        def use(session, *, token_hash, now):
            row = seen(session, token_hash)
            is_first = row.used_at is None
            row.used_at = now
            return operations.Used(row.id, row.session_id, now, is_first)

        monkeypatch.setattr(operations, "use", use)
        held = begin(member)
        got = at_once(*[lambda: refresh(held.refresh_token)] * 4)
        assert len(of_type(got, service.Tokens)) == 1
        assert len(of_type(got, DBAPIError)) == 3, "the database lets only one be first"

    def test_late_ones_end_the_session_once(self, member, wait):
        held = begin(member)
        refresh(held.refresh_token)
        wait(seconds=10)
        got = at_once(*[lambda: refresh(held.refresh_token, THIEF)] * MANY)
        assert len(of_type(got, SignInNeeded)) == MANY
        assert len(rows("SELECT 1 FROM news WHERE kind = 'session_stolen'")) == 1
        told = "SELECT 1 FROM audit_entries WHERE action = 'users.refresh_token_reused'"
        assert len(rows(told)) == 1

    def test_without_the_guard_the_owner_would_be_told_many_times(self, member, wait, monkeypatch):
        """The control: all have found the session open before any of them ends it."""
        end = operations._revoke
        meet = together(lambda: None)

        def unguarded(session, session_id, now):
            meet()
            end(session, session_id, now)
            return True

        held = begin(member)
        refresh(held.refresh_token)
        wait(seconds=10)
        monkeypatch.setattr(operations, "_revoke", unguarded)
        at_once(*[lambda: refresh(held.refresh_token, THIEF)] * 4)
        assert len(rows("SELECT 1 FROM news WHERE kind = 'session_stolen'")) == 4

    def test_a_refresh_beside_a_sign_out_leaves_nothing_that_works(self, member):
        for _ in range(5):
            held = begin(member)
            got = at_once(
                lambda held=held: refresh(held.refresh_token),
                lambda held=held: service.sign_out_token(refresh_token=held.refresh_token),
            )
            for fresh in of_type(got, service.Tokens):
                assert actor_by(fresh) is None


class TestSigningOut:
    def test_by_an_old_token_ends_the_session_too(self, member):
        held = begin(member)
        fresh = refresh(held.refresh_token)
        service.sign_out_token(refresh_token=held.refresh_token)
        assert actor_by(fresh) is None
        service.sign_out_token(refresh_token=held.refresh_token)

    def test_is_in_the_trail_once(self, member):
        held = begin(member)
        for _ in range(2):
            service.sign_out_token(refresh_token=held.refresh_token)
        found = rows(
            "SELECT actor_id, subject_id FROM audit_entries WHERE action = 'users.signed_out'"
        )
        assert found == [(member.user_id, str(held.actor.session_id))]
        assert len(rows("SELECT 1 FROM news WHERE kind = 'sessions_ended'")) == 1

    @pytest.mark.parametrize("sent", [None, "", 7, "x" * 43, "x" * 10_000])
    def test_by_an_unknown_token_is_no_mistake(self, sent):
        service.sign_out_token(refresh_token=sent)

    @pytest.mark.parametrize("is_kept", [True, False])
    def test_everywhere_ends_browsers_and_programs(self, member, is_kept):
        cookie = people.a_session(member)
        here, there, stranger = (
            begin(member),
            begin(member),
            begin(people.with_password(people.a_member())),
        )
        service.sign_out_everywhere(actor=here.actor, keep_current=is_kept)
        assert actor_by(there) is None
        with pytest.raises(SignInNeeded):
            service.actor_of(token=cookie)
        assert (actor_by(here) is not None) == is_kept
        assert actor_by(stranger) == stranger.actor
        [entry] = rows(
            "SELECT actor_id, owner_id, facts FROM audit_entries"
            " WHERE action = 'users.signed_out_everywhere'"
        )
        assert entry == (member.user_id, member.user_id, {"kept_current": is_kept})

    def test_everywhere_needs_somebody(self):
        with pytest.raises(SignInNeeded):
            service.sign_out_everywhere(actor=None, keep_current=False)


class TestDatabaseRefuses:
    """What the app's own role cannot write, even with a bug above."""

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE refresh_tokens SET token_hash = token_hash",
            "UPDATE refresh_tokens SET session_id = session_id",
            "UPDATE refresh_tokens SET parent_id = NULL",
            "TRUNCATE refresh_tokens",
        ],
    )
    def test_moving_a_token_to_another_session(self, sql):
        with pytest.raises(DBAPIError, match="permission denied"), engine().begin() as connection:
            connection.execute(text(sql))

    def test_a_second_successor(self, member):
        held = begin(member)
        refresh(held.refresh_token)
        [(parent_id,)] = rows("SELECT id FROM refresh_tokens WHERE parent_id IS NULL")
        used = operations.Used(parent_id, held.actor.session_id, clock.now(), is_first_use=True)

        def add_another():
            with transaction() as session:
                operations.succeed(session, used=used, token="x", now=clock.now())

        with pytest.raises(DBAPIError, match="refresh_tokens_one_successor"):
            add_another()
