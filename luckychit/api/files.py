"""Tables handed out as files: streamed, and harmless in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from fastapi.responses import StreamingResponse

from luckychit.core.errors import InvalidInput

ROWS_AT_ONCE = 500
YEARS = range(2001, 2100)
# A cell that begins with one of these, or its wide form, is a formula to a spreadsheet.
_FORMULA_BEGINS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def attachment(pieces: Iterable[str], name: str, media_type: str) -> StreamingResponse:
    """Hand out text as a file that no cache keeps.

    Args:
        pieces: The file's text, some kilobytes at a time.
        name: Plain ASCII, without quotes.
        media_type: ``text/csv`` or ``application/json``.
    """
    return StreamingResponse(
        pieces,
        media_type=f"{media_type}; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table in pieces of some hundred rows, as RFC 4180 says.

    Args:
        columns: The first line.
        rows: Cells; those that people wrote go through :func:`plain` before.
    """
    piece = io.StringIO()
    writer = csv.writer(piece)
    writer.writerow(columns)
    for count, row in enumerate(rows, start=1):
        writer.writerow(row)
        if count % ROWS_AT_ONCE == 0:
            yield piece.getvalue()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue()


def plain(text: str) -> str:
    """Keep a spreadsheet from running a cell's text as a formula.

    Source: OWASP, "CSV Injection": an apostrophe before what begins a formula.
    """
    return f"'{text}" if text.startswith(_FORMULA_BEGINS) else text


def moment_asked(field: str, sent: datetime | None) -> datetime | None:
    """Return a moment that was sent; without a zone it is meant in UTC.

    Raises:
        InvalidInput: It is not of this century.
    """
    if sent is None:
        return None
    if sent.year not in YEARS:
        raise InvalidInput({field: "Please give a date of this century."})
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def iso_ms(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC with milliseconds and Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
