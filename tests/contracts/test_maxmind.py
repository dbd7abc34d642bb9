"""The country file: what is in it, what is not, and what is no address."""

import maxminddb
import pytest

from luckychit.integrations.maxmind import MaxMindFile
from tests.helpers.mmdb import write_countries


@pytest.fixture
def countries(tmp_path):
    known = {"203.0.113.0/24": "IN", "198.51.100.0/25": "US"}
    return MaxMindFile(write_countries(tmp_path / "countries.mmdb", known))


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("203.0.113.7", "IN"),
        ("198.51.100.127", "US"),
        ("198.51.100.128", ""),
        ("127.0.0.1", ""),
        ("2001:db8::1", ""),
        ("not an address", ""),
        ("", ""),
    ],
)
def test_an_address_is_in_one_country_or_in_none_known(countries, address, country):
    assert countries.country_of(address) == country


def test_another_file_is_refused_when_it_is_opened(tmp_path):
    path = tmp_path / "other.mmdb"
    path.write_bytes(b"nothing")
    with pytest.raises(maxminddb.InvalidDatabaseError):
        MaxMindFile(path)
