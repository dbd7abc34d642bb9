"""What is done by letter: confirming an address, and replacing a lost password.

A link proves that somebody reads the letters of an address, nothing else: it opens no
session, so whoever has a second factor is still asked for it.
"""

from sqlmodel import Session, col, select

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.errors import SignInNeeded, TooManyTries
from luckychit.core.log import get_logger
from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.audit.operations import NOBODY, record_about
from luckychit.domain.users import errors
from luckychit.domain.users.models import User
from luckychit.domain.users.operations.attempts import Subject, count_try, forgive
from luckychit.domain.users.operations.links import (
    RESET_PASSWORD,
    VERIFY_EMAIL,
    end_links,
    find_link,
    use_link,
)
from luckychit.domain.users.operations.people import end_sessions, hash_of, set_password
from luckychit.domain.users.operations.post import (
    post_password_changed,
    post_reset,
    post_verification,
)
from luckychit.domain.users.rules import inputs, passwords

_log = get_logger(__name__)


@retried
def ask_to_verify(*, actor: Actor) -> str:
    """Send the actor the link that confirms the e-mail address, once more.

    Args:
        actor: Anybody signed in.

    Returns:
        The address the letter goes to.

    Raises:
        EmailAlreadyVerified: The actor has no address, or one that is confirmed.
        TooManyTries: Letters to this person were asked for too often.
        SignInNeeded: The account was closed meanwhile.
    """
    require(actor, *Role)
    now = clock.now()
    with transaction() as session:
        user = session.get(User, actor.user_id)
        if user is None or user.deactivated_at is not None:
            raise SignInNeeded
        if user.email is None or user.email_verified_at is not None:
            raise errors.EmailAlreadyVerified
        count_try(session, subjects=[Subject.of("letter", "verify", str(user.id))], now=now)
        post_verification(session, user=user, is_new=False, now=now)
        return user.email


@retried
def verify_email(*, token: str) -> None:
    """Confirm exactly the address that this link was sent to.

    Args:
        token: The secret of the link.

    Raises:
        LinkNotValid: It was used, has expired, is for something else, the person has
            another address by now, or the account is closed.
    """
    now = clock.now()
    with transaction() as session:
        user = use_link(session, token=token, purpose=VERIFY_EMAIL, now=now)
        if user is None:
            raise errors.LinkNotValid
        end_links(session, user_id=user.id, purpose=VERIFY_EMAIL, now=now)
        _confirm(session, user)


def ask_reset(*, email: str, address: str) -> None:
    """Send the link that replaces a lost password, if an account has this address.

    Nothing that is returned tells whether one has. An entry answers with
    :func:`threads.no_sooner`, so that the time does not tell either.

    Args:
        email: As typed.
        address: Network address of the visitor, as seen behind trusted proxies.

    Raises:
        InvalidInput: It does not look like an e-mail address.
        TooManyTries: This network has asked too often.
    """
    wanted = inputs.email(email)
    network = inputs.network(inputs.address(address))
    _count_network(Subject.of("address", "reset", network))
    _send_reset(wanted)


@retried
def _count_network(subject: Subject) -> None:
    with transaction() as session:
        count_try(session, subjects=[subject], now=clock.now())


@retried
def _send_reset(email: str) -> None:
    now = clock.now()
    with transaction() as session:
        user = session.exec(select(User).where(col(User.email) == email)).one_or_none()
        try:
            # Of an unknown address too; who has many letters already gets no more, silently.
            count_try(session, subjects=[Subject.of("letter", "reset", email)], now=now)
        except TooManyTries:
            _log.info("reset_not_sent", why="too many letters")
            return
        if user is not None and user.deactivated_at is None:
            post_reset(session, user=user, now=now)


def reset_password(*, token: str, new_password: str, address: str = "") -> None:
    """Replace a lost password by link, and end every session of the person.

    Every older link dies. Tries that failed from this network, and against the account
    from anywhere, are forgiven: the person may sign in at once. Receiving the letter also
    proves the address.

    Args:
        token: The secret of the link.
        new_password: 8 to 256 characters, not easy to guess.
        address: Network address of the visitor.

    Raises:
        LinkNotValid: As for :func:`verify_email`.
        InvalidInput: The new password has a wrong shape or is easy to guess; the link
            stays good.
    """
    _look_before(token, new_password)
    _store_reset(token, hash_of(new_password), inputs.network(inputs.address(address)))


@retried
def _look_before(token: str, new_password: str) -> None:
    # Nobody without a good link makes us compute a hash.
    with transaction() as session:
        user = find_link(session, token=token, purpose=RESET_PASSWORD, now=clock.now())
        if user is None:
            raise errors.LinkNotValid
        own = (user.full_name, user.mobile_number, user.email, user.username)
        passwords.new_password(new_password, own=own)


@retried
def _store_reset(token: str, password_hash: str, network: str) -> None:
    now = clock.now()
    with transaction() as session:
        user = use_link(session, token=token, purpose=RESET_PASSWORD, now=now)
        if user is None:
            raise errors.LinkNotValid
        set_password(session, user=user, password_hash=password_hash, now=now)
        end_sessions(session, user_id=user.id, now=now)
        _confirm(session, user)
        record_about(
            session,
            action="users.password_reset",
            actor=None,
            acting_as=NOBODY,
            person_id=user.id,
            now=now,
        )
        post_password_changed(session, user=user, now=now)
        forgive(session, subjects=_counters_of(user, network), now=now)
    _log.info("password_reset", user_id=str(user.id))


def _counters_of(user: User, network: str) -> list[Subject]:
    names = [name for name in (user.mobile_number, user.email, user.username) if name]
    return [
        *(Subject.of("pair", network, name) for name in names),
        *(Subject.of("account", name) for name in names),
    ]


def _confirm(session: Session, user: User) -> None:
    if user.email_verified_at is not None:
        return
    now = clock.now()
    user.email_verified_at = now
    session.add(user)
    record_about(
        session,
        action="users.email_verified",
        actor=None,
        acting_as=NOBODY,
        person_id=user.id,
        now=now,
    )
