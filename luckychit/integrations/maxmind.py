"""A country file of MaxMind's format (.mmdb), opened once."""

from pathlib import Path

import maxminddb


class MaxMindFile:
    """Looks countries up in a file; a newer one, moved into its place, at the next start.

    Args:
        path: The file, such as GeoLite2-Country.mmdb.

    Raises:
        OSError: There is no such file, or it cannot be read.
        maxminddb.InvalidDatabaseError: It is no such file.

    Source: MaxMind DB File Format Specification v2.0; the records of GeoIP2 Country.
    """

    def __init__(self, path: Path) -> None:
        # Mapped into memory and read by the library's C: a look-up takes a microsecond.
        self._reader = maxminddb.open_database(path)

    def country_of(self, address: str) -> str:
        """Return the country of an address; "" when it is unknown or no address."""
        try:
            found = self._reader.get(address)
        except ValueError:
            return ""
        country = found.get("country") if isinstance(found, dict) else None
        code = country.get("iso_code") if isinstance(country, dict) else None
        return code if isinstance(code, str) else ""
