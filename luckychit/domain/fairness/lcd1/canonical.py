"""Canonical JSON: one text for one value, the same in every language."""

import json
import re
from typing import Any

LARGEST_INTEGER = 2**53 - 1
# Printable ASCII without the quote and the backslash: nothing is ever escaped.
_PLAIN = re.compile(r"[ !#-\[\]-~]*")


class NotCanonical(ValueError):
    """The value or text is outside the subset that has exactly one canonical text."""


def is_plain(text: object) -> bool:
    """Tell whether ``text`` is a string that canonical JSON may hold."""
    return isinstance(text, str) and _PLAIN.fullmatch(text) is not None


def _check(value: Any) -> None:
    if isinstance(value, dict):
        if not all(is_plain(key) for key in value):
            raise NotCanonical("a key is not plain ASCII")
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _check(item)
    elif not _is_plain_value(value):
        raise NotCanonical("a value has no canonical form")


def _is_plain_value(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= LARGEST_INTEGER
    return is_plain(value)


def canonical_text(value: Any) -> str:
    """Write ``value`` as canonical JSON.

    Args:
        value: Objects, arrays, null, booleans, integers below 2^53 and strings of
            printable ASCII without quote and backslash.

    Raises:
        NotCanonical: Anything else is in it (a float, an accent, a large integer).
    """
    try:
        _check(value)
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    except RecursionError as exc:
        raise NotCanonical("nested too deeply") from exc


def canonical_bytes(value: Any) -> bytes:
    """Write ``value`` as canonical JSON in ASCII bytes; see :func:`canonical_text`."""
    return canonical_text(value).encode("ascii")


def read_canonical(text: str) -> Any:
    """Read a text and refuse it unless it is its own canonical form.

    Raises:
        NotCanonical: It is not JSON, or another text says the same.
    """
    try:
        value = json.loads(text)
    except (ValueError, TypeError, RecursionError) as exc:
        raise NotCanonical("not JSON") from exc
    if canonical_text(value) != text:
        raise NotCanonical("not in canonical form")
    return value


def read_strict(text: str | bytes) -> Any:
    """Read JSON that cannot be read in two ways: whole safe numbers, every key once.

    Raises:
        NotCanonical: It is not JSON, or a number is not whole, or a key comes twice.
    """
    try:
        return json.loads(
            text,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_safe_integer,
            object_pairs_hook=_each_key_once,
        )
    except (ValueError, RecursionError) as exc:
        raise NotCanonical("not JSON that reads in one way only") from exc


def _refuse_number(digits: str) -> None:
    raise NotCanonical(f"{digits[:20]} is not a whole number")


def _safe_integer(digits: str) -> int:
    if len(digits) > len(str(LARGEST_INTEGER)) + 1 or abs(int(digits)) > LARGEST_INTEGER:
        raise NotCanonical("a whole number too large to be exact")
    return int(digits)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("a key comes twice")
    return found


def same(left: Any, right: Any) -> bool:
    """Tell whether two values have the same canonical text (so 1, 1.0, True differ)."""
    try:
        return canonical_text(left) == canonical_text(right)
    except NotCanonical:
        return False
