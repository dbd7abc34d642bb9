"""Sends what waits in the outbox. Nothing of the network happens inside a transaction."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, select, update

from luckychit.core import clock
from luckychit.core.db import retried, transaction
from luckychit.core.log import get_logger
from luckychit.core.settings import settings
from luckychit.domain.mail import rules
from luckychit.domain.mail.errors import MailFailed
from luckychit.domain.mail.models import Mail
from luckychit.domain.mail.sender import MailSender, Outgoing

# Of one run; the next one is two seconds away.
MOST_AT_ONCE = 100
_LONGEST_PROBLEM = 300

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Claim:
    mail_id: uuid.UUID
    tries: int
    created_at: datetime
    letter: Outgoing


def send_due(*, sender: MailSender) -> int:
    """Send the letters whose time has come, one after the other.

    A letter is claimed before it is sent and marked afterwards, so two workers never send
    the same one. A worker that dies in between leaves it to the next try: then it may
    arrive twice, with the same id. When the server is away the rest waits for the next run.

    Args:
        sender: Where letters go.

    Returns:
        How many were sent.
    """
    sent_count = 0
    for _ in range(MOST_AT_ONCE):
        claim = _claim()
        if claim is None:
            break
        try:
            sender.send(claim.letter)
        except MailFailed as problem:
            _put_back(claim, problem)
            if problem.is_away:
                break
        else:
            _mark_sent(claim)
            sent_count += 1
    return sent_count


@retried
def _claim() -> _Claim | None:
    now = clock.now()
    with transaction() as session:
        mail = session.exec(
            select(Mail)
            .where(Mail.status == "waiting", col(Mail.next_try_at) <= now)
            .order_by(col(Mail.next_try_at), col(Mail.id))
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if mail is None:
            return None
        mail.tries += 1
        mail.next_try_at = now + rules.CLAIMED_FOR
        return _Claim(
            mail.id,
            mail.tries,
            mail.created_at,
            Outgoing(str(mail.id), mail.to_address, mail.subject, mail.body_text, mail.body_html),
        )


@retried
def _mark_sent(claim: _Claim) -> None:
    sent = {"status": "sent", "sent_at": clock.now(), "last_problem": ""}
    with transaction() as session:
        session.execute(update(Mail).where(_is_still(claim)).values(**sent, **_blanked()))
    _log.info("letter_sent", letter=str(claim.mail_id), tries=claim.tries)


@retried
def _put_back(claim: _Claim, problem: MailFailed) -> None:
    now = clock.now()
    again = rules.next_try(tries=claim.tries, created_at=claim.created_at, now=now)
    is_over = problem.is_lasting or again is None
    end = {"status": "given_up", **_blanked()} if is_over else {"next_try_at": again}
    with transaction() as session:
        session.execute(
            update(Mail)
            .where(_is_still(claim))
            .values(last_problem=problem.why[:_LONGEST_PROBLEM], **end)
        )
    level = _log.warning if is_over or problem.is_away else _log.info
    level("letter_not_sent", letter=str(claim.mail_id), why=problem.why, is_given_up=is_over)


def _is_still(claim: _Claim) -> ColumnElement[bool]:
    """Say that nobody has claimed it after us: then the outcome is theirs to write."""
    return (col(Mail.id) == claim.mail_id) & (col(Mail.tries) == claim.tries)


def _blanked() -> dict[str, str]:
    # A link in a letter is a secret; the demo shows its letters on a page instead.
    return {"body_text": "", "body_html": ""} if settings().is_live else {}


def give_up_old() -> int:
    """Give up letters that nobody has been able to send for three days.

    Returns:
        How many.
    """
    long_ago = clock.now() - rules.GIVEN_UP_AFTER
    with transaction() as session:
        old = (
            update(Mail)
            .where(
                col(Mail.status) == "waiting",
                col(Mail.created_at) < long_ago,
                col(Mail.next_try_at) <= clock.now(),
            )
            .values(status="given_up", **_blanked())
        )
        return session.connection().execute(old).rowcount


def forget_old() -> int:
    """Remove letters of long ago. For a job.

    Returns:
        How many.
    """
    with transaction() as session:
        old = delete(Mail).where(col(Mail.created_at) < clock.now() - rules.KEPT_FOR)
        return session.connection().execute(old).rowcount
