"""Two-step sign-in: switching it on and off, codes, recovery codes, a lost phone."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import InvalidInput, NotAllowed, NotFound, SignInNeeded, TooManyTries
from luckychit.domain.users import errors, queries, service
from luckychit.domain.users.models import User
from luckychit.domain.users.rules.throttle import LIMITS
from luckychit.domain.users.service import second_sign_in
from tests.helpers import factors, people
from tests.helpers.factors import challenge_of, code_now, complete, with_factor
from tests.helpers.people import PASSWORD, a_manager, a_member, an_admin, with_password
from tests.helpers.races import at_once, of_type, together

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def manager(db):
    return a_manager()


class TestSwitchingOn:
    def test_needs_the_password_and_a_code(self, manager):
        with_password(manager)
        with pytest.raises(errors.WrongCurrentPassword):
            service.begin_second_factor(actor=manager, current_password="not it at all")
        setup = service.begin_second_factor(actor=manager, current_password=PASSWORD)
        with pytest.raises(errors.WrongCode):
            service.confirm_second_factor_setup(actor=manager, code="000000")
        assert not queries.profile(actor=manager).has_second_factor
        codes = service.confirm_second_factor_setup(actor=manager, code=code_now(setup.secret))
        assert len(codes) == 10
        own = queries.profile(actor=manager)
        assert (own.has_second_factor, own.recovery_codes_left) == (True, 10)
        assert ("users.second_factor_enabled", {}) in factors.trail(manager)

    def test_does_not_count_before_it_is_confirmed(self, manager):
        with_password(manager)
        service.begin_second_factor(actor=manager, current_password=PASSWORD)
        assert people.sign_in(people.mobile_of(manager)).actor.user_id == manager.user_id

    def test_stores_neither_the_secret_nor_the_codes_as_they_are(self, manager):
        secret, codes = with_factor(manager)
        with reading() as session:
            rows = (
                session.execute(
                    text(
                        "SELECT encode(totp_secret, 'escape') FROM users"
                        " WHERE totp_secret IS NOT NULL"
                        " UNION ALL SELECT encode(code_hash, 'escape') FROM recovery_codes"
                    )
                )
                .scalars()
                .all()
            )
        assert len(rows) == 11
        assert not any(secret in row for row in rows)
        assert not any(code.replace("-", "") in row for row in rows for code in codes)
        assert factors.stored_secret(manager) == secret

    def test_twice_is_refused(self, manager):
        with_factor(manager)
        with pytest.raises(errors.SecondFactorOn):
            service.begin_second_factor(actor=manager, current_password=PASSWORD)
        with pytest.raises(errors.SecondFactorOn):
            service.confirm_second_factor_setup(actor=manager, code="000000")

    def test_has_to_be_begun(self, manager):
        with pytest.raises(errors.SecondFactorOff):
            service.confirm_second_factor_setup(actor=manager, code="000000")

    def test_is_not_for_members(self):
        member = with_password(a_member())
        for unit in (
            lambda: service.begin_second_factor(actor=member, current_password=PASSWORD),
            lambda: service.confirm_second_factor_setup(actor=member, code="1"),
            lambda: service.renew_recovery_codes(actor=member, code="1"),
            lambda: service.disable_second_factor(
                actor=member, current_password=PASSWORD, code="1"
            ),
        ):
            with pytest.raises(NotAllowed):
                unit()

    def test_writes_a_letter_to_whoever_has_an_address(self, manager):
        with_password(manager)
        service.update_profile(actor=manager, email="meera@example.com", current_password=PASSWORD)
        secret, _ = with_factor(manager)
        service.disable_second_factor(
            actor=manager, current_password=PASSWORD, code=code_now(secret)
        )
        assert factors.letters_to("meera@example.com")[1:] == [
            "second_factor_on",
            "second_factor_off",
        ]


class TestSigningIn:
    def test_begins_no_session_with_the_password_alone(self, manager):
        with_factor(manager)
        before = len(service.list_sessions(actor=manager))
        challenge = challenge_of(manager)
        assert len(service.list_sessions(actor=manager)) == before
        with pytest.raises(SignInNeeded):
            service.actor_of(token=challenge)

    def test_ends_with_a_code_of_the_app(self, manager):
        secret, _ = with_factor(manager)
        signed_in = complete(challenge_of(manager), code_now(secret))
        assert service.actor_of(token=signed_in.token) == signed_in.actor
        with reading() as session:
            at = session.execute(
                text("SELECT second_factor_at FROM sessions WHERE id = :id"),
                {"id": signed_in.actor.session_id},
            ).scalar_one()
        assert clock.now() - at < timedelta(minutes=1)

    def test_of_a_program_gives_no_cookie(self, manager):
        _, codes = with_factor(manager)
        signed_in = complete(challenge_of(manager), codes[0], kind="api")
        assert service.tokens_of(signed_in).refresh_token == signed_in.token
        with reading() as session:
            found = session.execute(
                text("SELECT kind, token_hash FROM sessions WHERE id = :id"),
                {"id": signed_in.actor.session_id},
            ).one()
        assert tuple(found) == ("api", None)

    def test_takes_no_code_twice(self, manager):
        secret, _ = with_factor(manager)
        code = code_now(secret)
        complete(challenge_of(manager), code)
        with pytest.raises(errors.WrongCode):
            complete(challenge_of(manager), code)

    def test_takes_each_recovery_code_once_however_typed(self, manager):
        _, codes = with_factor(manager)
        complete(challenge_of(manager), f" {codes[0].lower()} ")
        assert queries.profile(actor=manager).recovery_codes_left == 9
        with pytest.raises(errors.WrongCode):
            complete(challenge_of(manager), codes[0])
        complete(challenge_of(manager), codes[1].replace("-", ""))

    def test_takes_no_recovery_code_of_somebody_else(self, manager):
        _, codes = with_factor(a_manager())
        with_factor(manager)
        with pytest.raises(errors.WrongCode):
            complete(challenge_of(manager), codes[0])

    def test_a_challenge_serves_once(self, manager):
        _, codes = with_factor(manager)
        challenge = challenge_of(manager)
        complete(challenge, codes[0])
        with pytest.raises(errors.ChallengeEnded):
            complete(challenge, codes[1])

    def test_a_challenge_ends_after_five_minutes(self, manager, monkeypatch):
        _, codes = with_factor(manager)
        challenge = challenge_of(manager)
        people.pass_time(monkeypatch, minutes=5)
        with pytest.raises(errors.ChallengeEnded):
            complete(challenge, codes[0])

    def test_a_challenge_ends_with_the_password_it_came_from(self, manager):
        _, codes = with_factor(manager)
        challenge = challenge_of(manager)
        service.renew_one_time_password(actor=an_admin(), user_id=manager.user_id)
        with pytest.raises(errors.ChallengeEnded):
            complete(challenge, codes[0])

    def test_a_closed_account_is_refused(self, manager):
        _, codes = with_factor(manager)
        challenge = challenge_of(manager)
        service.deactivate(actor=an_admin(), user_id=manager.user_id)
        with pytest.raises(errors.Deactivated):
            complete(challenge, codes[0])

    @pytest.mark.parametrize("sent", [None, 7, "", "x" * 43, "é" * 43, {"a": 1}])
    def test_anything_else_is_no_challenge(self, sent):
        with pytest.raises(errors.ChallengeEnded):
            complete(sent, "123456")

    @pytest.mark.parametrize("sent", [None, 7, "", "x" * 9999, {"a": 1}, "\0"])
    def test_anything_else_is_no_code(self, manager, sent):
        with_factor(manager)
        with pytest.raises(errors.WrongCode):
            complete(challenge_of(manager), sent)

    def test_the_challenge_is_in_no_text_of_the_refusal(self, manager):
        with_factor(manager)
        with pytest.raises(errors.SecondFactorNeeded) as needed:
            people.sign_in(people.mobile_of(manager))
        assert needed.value.challenge not in f"{needed.value!r}{needed.value.facts}"


class TestHousekeeping:
    def test_removes_challenges_a_week_after_their_end(self, manager, monkeypatch):
        with_factor(manager)
        challenge_of(manager)
        people.pass_time(monkeypatch, days=7)
        service.forget_old_sign_ins()
        assert links_left() == 1
        people.pass_time(monkeypatch, minutes=6)
        service.forget_old_sign_ins()
        assert links_left() == 0


def links_left() -> int:
    with reading() as session:
        return session.execute(text("SELECT count(*) FROM account_links")).scalar_one()


class TestGuessing:
    def test_ends_the_challenge_after_five_wrong_codes(self, manager, monkeypatch):
        _, codes = with_factor(manager)
        challenge = challenge_of(manager)
        for _ in range(5):
            with pytest.raises(errors.WrongCode):
                complete(challenge, "000000")
        people.pass_time(monkeypatch, seconds=31)
        with pytest.raises(errors.ChallengeEnded):
            complete(challenge, codes[0])

    def test_makes_the_next_try_wait_longer_each_time(self, manager, monkeypatch):
        _, codes = with_factor(manager)
        free = LIMITS["second_factor"].free
        for _ in range(free):
            with pytest.raises(errors.WrongCode):
                complete(challenge_of(manager), "000000")
        for wait_s in (30, 60, 120):
            with pytest.raises(TooManyTries) as refused:
                complete(challenge_of(manager), codes[0])
            assert refused.value.retry_after_s == wait_s
            people.pass_time(monkeypatch, seconds=wait_s)
            with pytest.raises(errors.WrongCode):
                complete(challenge_of(manager), "000000")

    def test_is_forgiven_to_the_one_who_knows(self, manager):
        _, codes = with_factor(manager)
        for code in codes[:3]:
            for _ in range(LIMITS["second_factor"].free - 1):
                with pytest.raises(errors.WrongCode):
                    complete(challenge_of(manager), "000000")
            complete(challenge_of(manager), code)


class TestSwitchingOff:
    def test_needs_the_password_and_a_code(self, manager):
        secret, codes = with_factor(manager)
        off = {"actor": manager, "current_password": PASSWORD}
        with pytest.raises(errors.WrongCode):
            service.disable_second_factor(**off, code="000000")
        with pytest.raises(errors.WrongCurrentPassword):
            service.disable_second_factor(**off | {"current_password": "no"}, code=codes[0])
        service.disable_second_factor(**off, code=codes[0])
        own = queries.profile(actor=manager)
        assert (own.has_second_factor, own.recovery_codes_left) == (False, 0)
        assert people.sign_in(people.mobile_of(manager))
        with pytest.raises(errors.SecondFactorOff):
            service.disable_second_factor(**off, code=code_now(secret))


class TestRenewingRecoveryCodes:
    def test_makes_the_old_ones_worthless(self, manager):
        secret, old = with_factor(manager)
        new = service.renew_recovery_codes(actor=manager, code=code_now(secret))
        assert not set(new) & set(old)
        with pytest.raises(errors.WrongCode):
            complete(challenge_of(manager), old[0])
        complete(challenge_of(manager), new[0])

    def test_takes_no_recovery_code(self, manager):
        _, codes = with_factor(manager)
        with pytest.raises(errors.WrongCode):
            service.renew_recovery_codes(actor=manager, code=codes[0])

    def test_needs_a_second_factor(self, manager):
        with pytest.raises(errors.SecondFactorOff):
            service.renew_recovery_codes(actor=manager, code="000000")


class TestALostPhone:
    def test_an_admin_takes_the_factor_off_and_ends_the_sessions(self, manager):
        _, codes = with_factor(manager)
        token = complete(challenge_of(manager), codes[0]).token
        admin = an_admin()
        assert next(iter(queries.managers(actor=admin))).has_second_factor
        service.remove_second_factor(actor=admin, user_id=manager.user_id)
        with pytest.raises(SignInNeeded):
            service.actor_of(token=token)
        assert people.sign_in(people.mobile_of(manager))
        assert ("users.second_factor_removed", {}) in factors.trail(manager)
        with pytest.raises(errors.SecondFactorOff):
            service.remove_second_factor(actor=admin, user_id=manager.user_id)

    def test_nobody_else_can(self, manager):
        with_factor(manager)
        for actor in (a_manager(), a_member(), manager):
            with pytest.raises(NotAllowed):
                service.remove_second_factor(actor=actor, user_id=manager.user_id)

    def test_of_nobody_is_not_found(self):
        admin = an_admin()
        with pytest.raises(NotFound):
            service.remove_second_factor(
                actor=admin, user_id="00000000-0000-7000-8000-000000000000"
            )
        with pytest.raises(InvalidInput):
            service.remove_second_factor(actor=admin, user_id="x")


class TestAtTheSameMoment:
    def test_one_code_opens_one_session(self, manager):
        secret, _ = with_factor(manager)
        code, challenges = code_now(secret), [challenge_of(manager) for _ in range(4)]
        results = at_once(*(lambda c=c: complete(c, code) for c in challenges))
        assert len(of_type(results, service.SignedIn)) == 1
        assert len(of_type(results, errors.WrongCode)) == 3

    def test_without_the_lock_it_would_open_several(self, manager, monkeypatch):
        """The negative control: each reads the person before anybody writes."""
        secret, _ = with_factor(manager)
        code, challenges = code_now(secret), [challenge_of(manager) for _ in range(4)]

        def unlocked(session, user_id):
            return session.get_one(User, user_id)

        monkeypatch.setattr(second_sign_in, "_locked", together(unlocked))
        monkeypatch.setattr(second_sign_in, "counted", lambda *_, **__: None)
        monkeypatch.setattr(second_sign_in, "forgive", lambda *_, **__: None)
        results = at_once(*(lambda c=c: complete(c, code) for c in challenges))
        assert len(of_type(results, service.SignedIn)) == 4

    def test_one_recovery_code_opens_one_session(self, manager):
        _, codes = with_factor(manager)
        challenges = [challenge_of(manager) for _ in range(4)]
        results = at_once(*(lambda c=c: complete(c, codes[0]) for c in challenges))
        assert len(of_type(results, service.SignedIn)) == 1


def test_a_closed_account_can_switch_nothing(manager):
    secret, _ = with_factor(manager)
    service.deactivate(actor=an_admin(), user_id=manager.user_id)
    with pytest.raises(SignInNeeded):
        service.renew_recovery_codes(actor=manager, code=code_now(secret))
