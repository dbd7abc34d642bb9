"""What a sale asks about its buyers: who takes a break, and what each limit leaves.

One statement of the sale's trip, after the one that locks the wallets: so it sees every
purchase of these people, and nobody else can sell to them meanwhile. Who has set no limit
costs one look into an index.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlmodel import Session

from luckychit.core import driver
from luckychit.core.driver import Asked
from luckychit.domain.safety.operations.spending import SPENT
from luckychit.domain.safety.rules import Allowance

# A limit set at once counts however late this statement's ``now`` was sent: whoever waited
# for a wallet reads it with the lines of the person who held it.
_BUYERS = text(
    "SELECT user_id::text, '' AS period, 0::bigint, 0::bigint"  # noqa: S608 - of our own parts
    " FROM self_exclusions WHERE user_id = ANY (CAST(:user_ids AS uuid[]))"
    " AND until > CAST(:now AS timestamptz)"
    " UNION ALL"
    " SELECT limited.user_id::text, limited.period, limited.amount_minor, spent.minor FROM ("
    "SELECT DISTINCT ON (user_id, period) user_id, period, amount_minor,"
    " date_trunc(period, CAST(:now AS timestamptz), 'UTC') AS began FROM play_limits"
    " WHERE user_id = ANY (CAST(:user_ids AS uuid[])) AND kind = 'play'"
    " AND (takes_effect_at = created_at OR takes_effect_at <= CAST(:now AS timestamptz))"
    " ORDER BY user_id, period, id DESC) limited"
    f" CROSS JOIN LATERAL ({SPENT}) spent WHERE limited.amount_minor IS NOT NULL"
)


class Buyers(NamedTuple):
    """What the safety of play says about some buyers, by their ids as text.

    Args:
        excluded: Who takes a break from games.
        allowances: Of those who have limits in force.
    """

    excluded: Collection[str]
    allowances: Mapping[str, Sequence[Allowance]]


def ask_buyers(session: Session, user_ids: Collection[str], currency: str, now: datetime) -> Asked:
    """Ask which of these people take a break, and what the limits of the others leave.

    Args:
        session: The open transaction, in which their wallets are locked.
        user_ids: As text, at most some hundreds.
        currency: Of what they buy.
        now: A break ends at its ``until``: then one may play again.
    """
    # Of hundreds, one long value travels faster than a parameter for each.
    listed = "{" + ",".join(user_ids) + "}"
    return driver.ask(session, _BUYERS, {"user_ids": listed, "currency": currency, "now": now})


def read_buyers(asked: Asked) -> Buyers:
    """Return what :func:`ask_buyers` asked for."""
    rows: Sequence[tuple[Any, ...]] = asked.rows()
    if not rows:
        return Buyers((), {})
    allowances: defaultdict[str, list[Allowance]] = defaultdict(list)
    for user_id, period, limit_minor, spent_minor in rows:
        if period:
            allowances[user_id].append(Allowance(period, limit_minor, spent_minor))
    return Buyers({row[0] for row in rows if not row[1]}, allowances)
