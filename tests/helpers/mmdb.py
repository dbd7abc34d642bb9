"""Writes a small country file of MaxMind's format.

Source: MaxMind DB File Format Specification v2.0.
"""

import ipaddress
from pathlib import Path
from typing import Any

_MARKER = b"\xab\xcd\xefMaxMind.com"
_SEPARATOR = bytes(16)


def write_countries(path: Path, countries: dict[str, str]) -> Path:
    """Write a file that knows these IPv4 networks, such as ``{"1.2.3.0/24": "IN"}``."""
    data, places = b"", {}
    for code in sorted(set(countries.values())):
        places[code] = len(data)
        data += _encoded({"country": {"iso_code": code, "names": {"en": code}}})
    tree: list[list[Any]] = [[None, None]]
    for network, code in countries.items():
        known = ipaddress.IPv4Network(network)
        bits = f"{int(known.network_address):032b}"[: known.prefixlen]
        node = 0
        for bit in bits[:-1]:
            if tree[node][int(bit)] is None:
                tree.append([None, None])
                tree[node][int(bit)] = len(tree) - 1
            node = tree[node][int(bit)]
        tree[node][int(bits[-1])] = code
    written = b"".join(
        _record(side, len(tree), places).to_bytes(3, "big") for node in tree for side in node
    )
    # Numbers with their size in bytes.
    metadata = {
        "binary_format_major_version": (2, 2),
        "binary_format_minor_version": (0, 2),
        "build_epoch": (1, 8),
        "database_type": "Test-Country",
        "description": {"en": "A few networks for tests"},
        "ip_version": (4, 2),
        "languages": ["en"],
        "node_count": (len(tree), 4),
        "record_size": (24, 2),
    }
    path.write_bytes(written + _SEPARATOR + data + _MARKER + _encoded(metadata))
    return path


def _record(side: Any, node_count: int, places: dict[str, int]) -> int:
    if isinstance(side, str):
        return node_count + len(_SEPARATOR) + places[side]
    return node_count if side is None else side


def _encoded(value: Any) -> bytes:
    if isinstance(value, str):
        return bytes([2 << 5 | len(value)]) + value.encode()
    if isinstance(value, tuple):
        number, size = value
        head = {2: [5 << 5 | 2], 4: [6 << 5 | 4], 8: [8, 9 - 7]}[size]
        return bytes(head) + number.to_bytes(size, "big")
    if isinstance(value, list):
        return bytes([len(value), 11 - 7]) + b"".join(map(_encoded, value))
    pairs = b"".join(_encoded(name) + _encoded(item) for name, item in value.items())
    return bytes([7 << 5 | len(value)]) + pairs
