"""What is stored of a second factor, in the caller's transaction."""

import base64
from datetime import datetime

from cryptography.fernet import Fernet
from sqlmodel import Session, col, delete, func, select, update

from luckychit.core import clock
from luckychit.core.settings import settings
from luckychit.domain.users.models import RecoveryCode, User
from luckychit.domain.users.rules import second_factor as rules


def sealed(secret: str) -> bytes:
    """Encrypt the secret shared with an authenticator app."""
    return _cipher().encrypt(secret.encode())


def opened(stored: bytes) -> str:
    """Return the secret that :func:`sealed` encrypted."""
    return _cipher().decrypt(stored).decode()


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(settings().secret("second-factor")))


def accept_code(session: Session, *, user: User, typed: object, now: datetime) -> bool:
    """Use up a code of the app or a recovery code; False when it is neither.

    Args:
        session: The open transaction.
        user: The person's row, locked: of two who send one code, one is refused.
        typed: The code, however it was typed.
        now: When.
    """
    return accept_app_code(user=user, typed=typed) or _use_recovery_code(
        session, user=user, code=rules.tidy(typed), now=now
    )


def accept_app_code(*, user: User, typed: object) -> bool:
    """Use up a code of the authenticator app; False when it is wrong or was used.

    The machine's own time counts, not that of the demo: the app on a phone knows no other.

    Args:
        user: The person's row, locked, with a secret.
        typed: The code, however it was typed.
    """
    if user.totp_secret is None:
        return False
    step = rules.matching_step(
        opened(user.totp_secret),
        rules.tidy(typed),
        now=clock.system_now(),
        last_step=user.totp_last_step,
    )
    if step is None:
        return False
    user.totp_last_step = step
    return True


def _use_recovery_code(session: Session, *, user: User, code: str, now: datetime) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(
            col(RecoveryCode.user_id) == user.id,
            col(RecoveryCode.code_hash) == _hash(user, code),
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=now)
        .returning(col(RecoveryCode.user_id))
    )
    return used.first() is not None


def replace_recovery_codes(session: Session, *, user: User, now: datetime) -> list[str]:
    """Make ten new recovery codes; the old ones are worth nothing from now on.

    Returns:
        The codes, to be shown this once.
    """
    forget_recovery_codes(session, user=user)
    codes = rules.new_recovery_codes()
    for code in codes:
        session.add(
            RecoveryCode(user_id=user.id, code_hash=_hash(user, rules.tidy(code)), created_at=now)
        )
    return codes


def forget_recovery_codes(session: Session, *, user: User) -> None:
    """Remove all recovery codes of a person."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))


def recovery_codes_left(session: Session, *, user: User) -> int:
    """Return how many recovery codes a person has not used."""
    return session.exec(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.user_id == user.id, col(RecoveryCode.used_at).is_(None))
    ).one()


def take_off(session: Session, *, user: User) -> None:
    """Switch a person's second factor off."""
    user.totp_secret = user.totp_confirmed_at = None
    user.totp_last_step = 0
    forget_recovery_codes(session, user=user)


def _hash(user: User, code: str) -> bytes:
    return rules.recovery_hash(code, key=settings().secret("recovery-codes"), person=user.id.bytes)
