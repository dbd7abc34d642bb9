"""What a refused form tells its page: only we can say it, and it always fits a cookie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luckychit.core import flash

SAID = st.dictionaries(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), st.text(max_size=120))
WORDS = {"at": "/sign-up", "why": "wrong", "email": "a&b=c;d\"e'@example.com", "name": "रवि \r\n"}


def header(value: str) -> str:
    return f'other=1; {flash.cookie()}="{value}"; lc_session=x'


class TestWhatIsSaid:
    def test_is_read_as_it_was_said(self):
        assert flash.read(header(flash.sealed(WORDS))) == WORDS

    @given(SAID)
    def test_always_fits_and_loses_no_word_but_empty_ones(self, said):
        value = flash.sealed(said)
        assert len(value) < 4_000
        assert value.isascii()
        assert ";" not in value
        read = flash.read(f"{flash.cookie()}={value}")
        assert read.items() <= {name: word for name, word in said.items() if word}.items()

    def test_leaves_out_what_finds_no_room(self):
        said = {"why": "wrong", "name": "र" * 5_000, "email": "a@example.com"}
        read = flash.read(header(flash.sealed(said)))
        assert read == {"why": "wrong", "email": "a@example.com"}


class TestWhatOthersSay:
    @pytest.mark.parametrize(
        "value",
        [
            "",
            "why=wrong",
            "why=wrong&sig=",
            "why=wrong&sig=" + "0" * 64,
            "&sig=é",
            "why=closed&sig=" + flash.sealed({"why": "wrong"}).rpartition("=")[2],
        ],
    )
    def test_is_not_believed(self, value):
        assert flash.read(f"{flash.cookie()}={value}") == {}

    @pytest.mark.parametrize("cookies", ["", ";;;", "lc_flash", "a=\x00", "lc_flash=\udc80"])
    def test_never_breaks_a_page(self, cookies):
        assert flash.read(cookies) == {}
