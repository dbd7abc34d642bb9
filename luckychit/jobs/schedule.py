"""Every job, in one list."""

from collections.abc import Callable
from dataclasses import dataclass

from luckychit.jobs import audit, chits, fairness, housekeeping, ledger, lottery, mail, rooms

HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Job:
    """Something done again and again.

    Args:
        name: Unique; as logs show it.
        run: What is done; synchronous, it runs in a thread.
        every_s: Seconds from one start to the next; a run that is still going is
            not started a second time.
    """

    name: str
    run: Callable[[], None]
    every_s: int


JOBS = (
    Job("advance_draws", chits.advance_draws, every_s=1),
    Job("advance_lottery", lottery.advance, every_s=1),
    Job("advance_rooms", rooms.advance, every_s=1),
    Job("fetch_beacons", fairness.fetch_beacons, every_s=2),
    Job("seal_trail", audit.seal, every_s=1),
    Job("send_letters", mail.send_letters, every_s=2),
    Job("audit_ledger", ledger.audit, every_s=HOUR_S),
    Job("audit_circles", chits.audit, every_s=HOUR_S),
    Job("audit_lottery", lottery.audit, every_s=HOUR_S),
    Job("audit_trail", audit.audit, every_s=HOUR_S),
    Job("forget_old_sign_ins", housekeeping.forget_old_sign_ins, every_s=HOUR_S),
    Job("forget_old_letters", housekeeping.forget_old_letters, every_s=HOUR_S),
)
