"""Records payments, presses draws and pays prizes as fast as it can, until it is killed.

Run as ``python -m tests.slow.hammer PLAN JOURNAL``; see :mod:`tests.slow.journals`.
"""

import json
import random
import sys
import time
import uuid
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import text

from luckychit.core import clock
from luckychit.core.db import reading
from luckychit.core.errors import LuckyChitError
from luckychit.domain.chits import service
from luckychit.domain.users.service import Actor
from tests.slow.journals import Clerk, run_all

PAYERS = 3
REVERSED_SHARE = 0.05
_OWED = text(
    """
    SELECT s.group_id, s.seat_number, d.amount_minor - d.paid_minor AS owed_minor
    FROM dues d JOIN group_members s ON s.id = d.seat_id
    JOIN chit_groups g ON g.id = s.group_id
    WHERE d.paid_at IS NULL AND g.status = 'active' AND d.due_on < :until
    ORDER BY d.due_on, random() LIMIT 20
    """
)
_PRIZES = text(
    """
    SELECT id, prize_minor - paid_out_minor AS left_minor FROM monthly_draws
    WHERE status = 'drawn' AND paid_out_minor < prize_minor ORDER BY random() LIMIT 1
    """
)
_ACTIVE = text("SELECT id FROM chit_groups WHERE status = 'active' ORDER BY random() LIMIT 1")


def _pay(actor: Actor, key: str, request: dict[str, Any]) -> dict[str, Any]:
    row = service.record_payment(
        actor=actor,
        key=key,
        group_id=uuid.UUID(request["group_id"]),
        seat_number=request["seat_number"],
        amount_minor=request["amount_minor"],
        method="cash",
    )
    return {"id": str(row.payment_id), "amount_minor": request["amount_minor"]}


def _reverse(actor: Actor, key: str, request: dict[str, Any]) -> dict[str, Any]:
    payment_id = uuid.UUID(request["payment_id"])
    row = service.reverse_payment(actor=actor, key=key, payment_id=payment_id, reason="wrong seat")
    return {"id": str(row.payment_id), "amount_minor": -request["amount_minor"]}


def _pay_out(actor: Actor, key: str, request: dict[str, Any]) -> dict[str, Any]:
    row = service.record_payout(
        actor=actor,
        key=key,
        monthly_draw_id=uuid.UUID(request["monthly_draw_id"]),
        amount_minor=request["amount_minor"],
        method="bank",
    )
    return {"id": str(row.payout_id), "amount_minor": request["amount_minor"]}


_SERVICES = {"pay": _pay, "reverse": _reverse, "pay_out": _pay_out}


def payer(clerk: Clerk, _actor: Actor) -> None:
    """Pay what is owed this month, in parts; take a few payments back."""
    clerk.repeat_unanswered()
    while True:
        with reading() as session:
            owed = list(session.execute(_OWED, {"until": clock.now().date()}))
        if not owed:
            time.sleep(0.05)
            continue
        due = random.choice(owed)
        amount_minor = random.choice((due.owed_minor, max(1, due.owed_minor // 3)))
        key = f"pay:{uuid.uuid4()}"
        request = {"service": "pay", "group_id": str(due.group_id), "amount_minor": amount_minor}
        done = clerk.send(key, request | {"seat_number": due.seat_number})
        if done and random.random() < REVERSED_SHARE:
            request = {"service": "reverse", "payment_id": done["id"]}
            clerk.send(f"back:{uuid.uuid4()}", request | {"amount_minor": amount_minor})


def cashier(clerk: Clerk, actor: Actor) -> None:
    """Hand prizes over in parts, and press the button of every draw."""
    clerk.repeat_unanswered()
    while True:
        with reading() as session:
            prize = session.execute(_PRIZES).first()
            group_id = session.execute(_ACTIVE).scalar()
        if prize is not None:
            part_minor = random.choice((prize.left_minor, max(1, prize.left_minor // 2)))
            request = {"service": "pay_out", "monthly_draw_id": str(prize.id)}
            clerk.send(f"out:{uuid.uuid4()}", request | {"amount_minor": part_minor})
        if group_id is not None:
            try:
                service.conduct_draw(actor=actor, group_id=group_id)
            except LuckyChitError as refusal:
                clerk.journal.write("BUTTON", str(uuid.uuid4()), refusal.code)
            else:
                clerk.journal.write("BUTTON", str(uuid.uuid4()), "pressed")
        time.sleep(0.05)


def actor_from(plan: Path) -> Actor:
    """Return the manager of the plan."""
    noted = json.loads(plan.read_text())
    return Actor(
        user_id=uuid.UUID(noted["user_id"]),
        role="manager",
        full_name=noted["full_name"],
        session_id=uuid.UUID(noted["session_id"]),
        must_change_password=False,
    )


def main(plan: Path, journal: Path) -> None:
    """Start all clerks."""
    actor = actor_from(plan)
    services = {name: partial(service, actor) for name, service in _SERVICES.items()}
    works = [*((payer, f"{number}") for number in range(PAYERS)), (cashier, "cashier")]
    run_all(
        [
            partial(work, Clerk(services, journal.with_suffix(f".{name}")), actor)
            for work, name in works
        ]
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
