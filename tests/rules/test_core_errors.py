"""Every refusal has a name of its own, a sentence, and exactly one kind."""

import ast
import importlib
import re
import string
from collections import Counter
from pathlib import Path

import pytest

import luckychit
from luckychit.core import errors
from luckychit.core.errors import LuckyChitError

PACKAGE = Path(luckychit.__file__).parent
KINDS = (
    errors.InvalidInput,
    errors.Refused,
    errors.NotFound,
    errors.NotAllowed,
    errors.SignInNeeded,
    errors.TooManyTries,
    errors.Busy,
    errors.ProviderFailed,
    errors.InvariantBroken,
)


def _names_of_bases(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).rpartition(".")[2] for base in node.bases}


def _classes() -> dict[tuple[str, str], set[str]]:
    """Every class of the package: (module, name) and the names of its bases."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        module = ".".join(parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                found[module, node.name] = _names_of_bases(node)
    return found


def _errors() -> list[type[LuckyChitError]]:
    """Every error class, found in the text: a class nobody imports is found too."""
    classes, names, size = _classes(), {"LuckyChitError"}, 0
    while len(names) > size:
        size = len(names)
        names |= {name for (_, name), bases in classes.items() if bases & names}
    modules = {module for (module, name), bases in classes.items() if bases & names}
    known: set[type[LuckyChitError]] = {LuckyChitError}
    for module in modules:
        for thing in vars(importlib.import_module(module)).values():
            if isinstance(thing, type) and issubclass(thing, LuckyChitError):
                known.add(thing)
    return sorted(known, key=lambda error: (error.__module__, error.__name__))


ERRORS = _errors()
OUR_REFUSALS = [error for error in ERRORS if error not in (LuckyChitError, *KINDS)]


def test_the_walk_finds_the_errors_of_every_slice():
    slices = {error.code.partition(".")[0] for error in OUR_REFUSALS}
    assert {"wallet", "users", "chits", "fairness"} <= slices
    assert set(KINDS) <= set(ERRORS)


@pytest.mark.parametrize("error", OUR_REFUSALS, ids=lambda error: error.__qualname__)
class TestEveryError:
    def test_has_exactly_one_kind(self, error):
        assert len([kind for kind in KINDS if issubclass(error, kind)]) == 1

    def test_has_a_code_of_its_own_named_after_its_slice(self, error):
        assert "code" in vars(error), "a code is never inherited"
        assert re.fullmatch(r"[a-z]+\.[a-z][a-z0-9_]*", error.code)
        _, _, inside = error.__module__.partition("luckychit.domain.")
        if inside:
            assert error.code.partition(".")[0] == inside.partition(".")[0]

    def test_has_a_sentence_for_people(self, error):
        # A sentence may end, or be, one of several that its fact chooses from.
        assert re.match(r"[A-Z{]", error.sentence)
        assert re.search(r"[.?!}]$", error.sentence)
        assert len(error.sentence) <= 160

    def test_says_its_facts_only_by_name(self, error):
        for _, name, spec, conversion in string.Formatter().parse(error.sentence):
            assert name is None or name.isidentifier()
            assert not spec
            assert not conversion

    def test_explains_itself_to_those_who_catch_it(self, error):
        assert error.__doc__


def test_no_two_errors_share_a_code():
    codes = Counter(error.code for error in OUR_REFUSALS)
    codes.update(kind.code for kind in KINDS if "code" in vars(kind))
    assert [code for code, count in codes.items() if count > 1] == []


class TestMessage:
    def test_fills_in_the_facts_that_the_sentence_names(self):
        refusal = errors.TooManyTries(retry_after_s=30, address="127.0.0.1")
        assert refusal.message == "Too many tries. Please wait 30 seconds."
        assert refusal.facts == {"retry_after_s": 30, "address": "127.0.0.1"}

    def test_never_holds_other_facts(self):
        refusal = errors.NotFound(user_id="secret")
        assert "secret" not in refusal.message
        assert "secret" in str(refusal), "the log has it"

    def test_of_one_wrong_field_is_that_fields_sentence(self):
        one = errors.InvalidInput({"name": "Please give it a name."})
        two = errors.InvalidInput({"name": "a", "seats": "b"})
        assert one.message == "Please give it a name."
        assert two.message == "Please check the marked fields."
        assert two.fields == {"name": "a", "seats": "b"}
