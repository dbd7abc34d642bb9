"""The house rules that a machine can hold: who imports whom, how long, what never.

Every rule is also shown to bite: a copy of the code is broken on purpose and caught.
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from luckychit.core.settings import Settings
from luckychit.domain import tables  # noqa: F401 - registers every table

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "luckychit"
MOST_LINES, MOST_TEST_LINES, MOST_FUNCTION_LINES = 300, 500, 60
# The three places, one per entry, where any error ends in the log and the work goes on.
ERROR_HANDLERS = {"luckychit/ui/sockets.py", "luckychit/api/app.py", "luckychit/jobs/leader.py"}
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
PINNED = re.compile(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[0-9][\w.]*(; .+)?")
# For each contract a file, and a line that breaks it and it alone.
BREACHES = {
    "Rooms: each may use only the rooms below it": ("core/ids.py", "import luckychit.domain.users"),
    "Slices: the order in which the domain is built": (
        "domain/users/__init__.py",
        "import luckychit.domain.chits",
    ),
    "The domain knows no framework and no vendor": ("domain/chits/__init__.py", "import httpx"),
    "Only the pages know Reflex": ("jobs/__init__.py", "import reflex"),
    "Entries use services and queries, never tables or half-transactions": (
        "jobs/__init__.py",
        "import luckychit.domain.chits.models",
    ),
    "Vendors are reached through wiring only": (
        "jobs/__init__.py",
        "import luckychit.integrations",
    ),
    "No cycles anywhere": ("core/clock.py", "import luckychit.core.ids"),
}


def sources(*folders: str) -> list[Path]:
    """Return our Python files under ``folders`` of the repository."""
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "__pycache__" not in path.parts)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(path: Path) -> int:
    return len(path.read_text().splitlines())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring, which may be as long as it needs."""
    whole = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node) is None:
        return whole
    return whole - (node.body[0].end_lineno - node.body[0].lineno + 1)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [str(tool), "--no-cache"],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
    )


class TestImports:
    def test_every_contract_has_a_breach_that_proves_it(self):
        assert {contract["name"] for contract in CONTRACTS} == set(BREACHES)

    @pytest.mark.parametrize("contract", BREACHES)
    def test_each_contract_is_seen_to_bite(self, contract, tmp_path):
        copy = shutil.copytree(
            PACKAGE, tmp_path / "luckychit", ignore=shutil.ignore_patterns("__pycache__")
        )
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        file, breach = BREACHES[contract]
        broken = copy / file
        broken.parent.mkdir(exist_ok=True)
        broken.write_text(f"{broken.read_text() if broken.exists() else ''}\n{breach}\n")
        said = lint_imports(tmp_path)
        assert said.returncode != 0
        assert f"{contract} BROKEN" in " ".join(said.stdout.split())


class TestSizes:
    def test_no_file_is_longer_than_its_budget(self):
        budgets = {
            path: MOST_TEST_LINES if name_of(path).startswith("tests/") else MOST_LINES
            for path in sources("luckychit", "tests", "bench")
        }
        too_long = {
            name_of(path): lines_of(path) for path in budgets if lines_of(path) > budgets[path]
        }
        assert too_long == {}

    def test_no_function_is_longer_than_its_budget(self):
        too_long = {
            f"{name_of(path)}:{node.name}": length_of(node)
            for path in sources("luckychit", "bench")
            for node in functions(path)
            if length_of(node) > MOST_FUNCTION_LINES
        }
        assert too_long == {}


class TestHabits:
    def test_every_error_is_caught_by_its_type(self):
        broad = {
            name_of(path)
            for path in sources("luckychit")
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ExceptHandler)
            and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
            and not _raises_again(node)
        }
        assert broad <= ERROR_HANDLERS

    def test_only_core_db_commits(self):
        committing = {
            name_of(path)
            for path in sources("luckychit")
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"commit", "begin", "begin_nested"}
            and ast.unparse(node.func.value).endswith(("session", "connection", "Session"))
        }
        assert committing <= {"luckychit/core/db.py"}

    def test_only_core_clock_reads_the_clock(self):
        reading = {
            name_of(path)
            for path in sources("luckychit")
            if re.search(r"\b(datetime\.now|utcnow|date\.today|time\.time)\(", path.read_text())
        }
        assert reading <= {"luckychit/core/clock.py"}

    def test_pages_take_colours_from_the_theme(self):
        colour = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(")
        painted = {
            f"{name_of(path)}: {found.group()}"
            for path in sources("luckychit/ui/pages", "luckychit/ui/components")
            for found in colour.finditer(path.read_text())
        }
        assert painted == set()

    def test_settings_are_read_in_one_place(self):
        allowed = {"luckychit/core/settings.py", "luckychit/core/clock.py"}
        # These hand the settled environment to children, or play a moment of the past in it;
        # they decide nothing by it.
        allowed |= {"luckychit/jobs/demo/seed.py"}
        allowed |= {
            f"luckychit/core/{name}.py" for name in ("serving", "building", "postgres_programs")
        }
        reading = {
            name_of(path)
            for path in sources("luckychit")
            if re.search(r"\bos\.(environ|getenv)\b", path.read_text())
        }
        assert reading <= allowed


class TestFiles:
    def test_the_lock_of_the_pages_names_no_address(self):
        assert (ROOT / "reflex.lock" / "package-lock.json").exists()
        for path in (ROOT / "reflex.lock").iterdir():
            assert '"resolved"' not in path.read_text()

    def test_requirements_are_pinned_exactly_and_name_no_place(self):
        for name in ("requirements.txt", "requirements-dev.txt"):
            for line in (ROOT / name).read_text().splitlines():
                wanted = line.partition("#")[0].strip()
                if wanted and wanted != "-r requirements.txt":
                    assert PINNED.fullmatch(wanted), line
                assert "://" not in line

    def test_every_setting_is_explained_for_who_deploys(self):
        text = (ROOT / ".env.example").read_text()
        named = re.findall(r"^#? ?([A-Z_0-9]+)=", text, flags=re.MULTILINE)
        assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)
        for name in named:
            before = text.split(f"{name}=")[0].rstrip("# ").splitlines()
            assert before[-1].startswith("# "), f"{name} has no explanation above it"

    def test_documents_point_to_what_exists(self):
        for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
            for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", document.read_text()):
                assert (document.parent / target).exists(), f"{name_of(document)} -> {target}"


class TestSchema:
    def test_whoever_uses_one_slice_knows_all_tables(self):
        ask = "from sqlmodel import SQLModel; print(*sorted(SQLModel.metadata.tables))"
        done = subprocess.run(
            [sys.executable, "-c", f"import luckychit.domain.chits.service; {ask}"],
            check=True,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.stdout.split() == sorted(SQLModel.metadata.tables)

    def test_migrations_make_what_the_models_say(self, database):
        with database.owner.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, SQLModel.metadata) == []


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))
