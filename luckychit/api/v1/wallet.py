"""The wallet over HTTP: the statement as a file."""

import asyncio
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from babel.numbers import get_currency_precision
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from luckychit.api import files
from luckychit.api.callers import Caller
from luckychit.api.describe import described
from luckychit.core import clock
from luckychit.domain.wallet import queries
from luckychit.domain.wallet.views import StatementFilter, StatementLine

COLUMNS = ("date", "kind", "reference", "amount", "balance_after", "currency", "transaction_id")

router = APIRouter(prefix="/api/wallet", tags=["wallet"])


@router.get(
    "/statement.csv",
    response_class=StreamingResponse,
    **described(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        said="The table.",
        content={"text/csv": {"schema": {"type": "string"}}},
    ),
)
async def statement_file(
    caller: Caller,
    currency: Annotated[str, Query(pattern="^[A-Z]{3}$")],
    kind: Annotated[str, Query(pattern="^[a-z_]{0,30}$")] = "",
    since: datetime | None = None,
    until: datetime | None = None,
    text: Annotated[str, Query(max_length=queries.LONGEST_SEARCH)] = "",
) -> StreamingResponse:
    """Hand out the caller's own statement, newest line first, as a table of plain values."""
    wanted = StatementFilter(
        kinds=(kind,) if kind else (),
        since=files.moment_asked("since", since),
        until=files.moment_asked("until", until),
        text=text,
    )
    lines = await asyncio.to_thread(
        queries.statement_lines, actor=caller, currency=currency, wanted=wanted
    )
    name = _file_name(currency, wanted, clock.now())
    return files.attachment(files.table(COLUMNS, map(_cells, lines)), name, "text/csv")


def _file_name(currency: str, wanted: StatementFilter, now: datetime) -> str:
    """Name the file after its wallet, its first day and its last, as they were asked for."""
    first = f"{wanted.since.date()}-" if wanted.since else ""
    # ``until`` is the first moment left out.
    last = wanted.until - timedelta(microseconds=1) if wanted.until else now
    return f"wallet-{currency}-{first}to-{last.date()}.csv"


def _cells(line: StatementLine) -> tuple[str, ...]:
    currency = line.amount.currency
    return (
        files.iso_ms(line.happened_at),
        files.plain(line.kind),
        files.plain(line.reference),
        _decimal(line.amount.amount_minor, currency),
        _decimal(line.balance_after.amount_minor, currency),
        currency,
        str(line.transaction_id),
    )


def _decimal(amount_minor: int, currency: str) -> str:
    precision = get_currency_precision(currency)
    whole, part = divmod(abs(amount_minor), 10**precision)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole}.{part:0{precision}d}" if precision else f"{sign}{whole}"
