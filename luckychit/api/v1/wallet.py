"""The wallet over HTTP: the statement as a file."""

import asyncio
import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from babel.numbers import get_currency_precision
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from luckychit.api.callers import Caller
from luckychit.api.describe import described
from luckychit.core import clock
from luckychit.core.errors import InvalidInput
from luckychit.domain.wallet import queries
from luckychit.domain.wallet.views import StatementFilter, StatementLine

COLUMNS = ("date", "kind", "reference", "amount", "balance_after", "currency", "transaction_id")
LINES_AT_ONCE = 500
YEARS = range(2001, 2100)
# A cell that begins with one of these, or its wide form, is a formula to a spreadsheet.
_FORMULA_BEGINS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")

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
        since=_moment("since", since),
        until=_moment("until", until),
        text=text,
    )
    lines = await asyncio.to_thread(
        queries.statement_lines, actor=caller, currency=currency, wanted=wanted
    )
    name = _file_name(currency, wanted, clock.now())
    return StreamingResponse(
        _table(lines),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _moment(field: str, sent: datetime | None) -> datetime | None:
    """Return a moment that was sent; without a zone it is meant in UTC."""
    if sent is None:
        return None
    if sent.year not in YEARS:
        raise InvalidInput({field: "Please give a date of this century."})
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def _file_name(currency: str, wanted: StatementFilter, now: datetime) -> str:
    """Name the file after its wallet, its first day and its last, as they were asked for."""
    first = f"{wanted.since.date()}-" if wanted.since else ""
    # ``until`` is the first moment left out.
    last = wanted.until - timedelta(microseconds=1) if wanted.until else now
    return f"wallet-{currency}-{first}to-{last.date()}.csv"


def _table(lines: Iterator[StatementLine]) -> Iterator[str]:
    """Write the table in pieces of some hundred lines, as RFC 4180 says."""
    piece = io.StringIO()
    writer = csv.writer(piece)
    writer.writerow(COLUMNS)
    for count, line in enumerate(lines, start=1):
        writer.writerow(_cells(line))
        if count % LINES_AT_ONCE == 0:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()


def _cells(line: StatementLine) -> tuple[str, ...]:
    currency = line.amount.currency
    return (
        line.happened_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        _plain(line.kind),
        _plain(line.reference),
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


def _plain(text: str) -> str:
    """Keep a spreadsheet from running a cell's text as a formula.

    Source: OWASP, "CSV Injection": an apostrophe before what begins a formula.
    """
    return f"'{text}" if text.startswith(_FORMULA_BEGINS) else text
