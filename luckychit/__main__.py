"""The command line: ``python -m luckychit COMMAND``.

Parses, calls one thing, prints. What an operator must know comes as one sentence and
exit code 2; a traceback means a bug. Imports of the domain are inside the commands,
because every worker imports this module again when it starts.
"""

import argparse
import runpy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from luckychit.core import building, db, errors, log, schema, serving
from luckychit.core.settings import Settings, settings

REFUSED = 2
FOUND_PROBLEMS = 1


class DemoInLiveMode(errors.Refused):
    """Invented people must never meet real money."""

    code = "serve.demo_in_live_mode"
    sentence = "LUCKYCHIT_MODE is live, and the demo invents people: use `serve` instead."


def serve(arguments: argparse.Namespace) -> int:
    """Database up, schema current, then the app until it is told to stop."""
    own = settings()
    is_demo = arguments.command == "demo"
    if is_demo and own.is_live:
        raise DemoInLiveMode
    serving.check(own)
    with serving.stopping_cleanly(), serving.only_copy(own), serving.database(own) as server:
        schema.migrate(serving.database_url())
        welcome = _seeded() if is_demo else ""

        def announce() -> None:
            print(f"\nLuckyChit is ready: {own.origin}\n{welcome}", flush=True)

        serving.run(own, server, announce)
    return 0


def _seeded() -> str:
    """Invent the demo's people once; return who can sign in and where to look."""
    from luckychit.jobs.demo import seed  # noqa: PLC0415 - the domain, only when needed

    return str(seed())


def migrate(_arguments: argparse.Namespace) -> int:
    """Bring the database to the newest schema."""
    with serving.database(settings()):
        changed = schema.migrate(serving.database_url())
    print("The schema was brought up to date." if changed else "The schema is up to date.")
    return 0


def create_admin(arguments: argparse.Namespace) -> int:
    """Make an admin and print the one-time password, once."""
    name = arguments.name or _asked("Full name")
    logins = {"username": arguments.username, "email": arguments.email}
    logins["mobile_number"] = arguments.mobile
    if not any(logins.values()):
        logins |= _login_kind(_asked("Mobile number, e-mail or username"))
    with _current_database():
        from luckychit.domain.users import service  # noqa: PLC0415 - the domain, when needed

        made = service.create_admin(full_name=name, **logins)
    print(f"{made.full_name} can sign in as {made.login}")
    print(f"with the one-time password {made.one_time_password}")
    print("It is shown only now, and must be changed at the first sign-in.")
    return 0


def remove_second_factor(arguments: argparse.Namespace) -> int:
    """Switch off the second factor of whoever signs in so: when nobody else can."""
    with _current_database():
        from luckychit.domain.users import service  # noqa: PLC0415 - the domain, when needed

        full_name = service.remove_second_factor_here(login=arguments.login)
    print(f"{full_name} signs in with the password alone now, and is signed out everywhere.")
    print("It stands in the audit trail. Set a new second factor up at once.")
    return 0


def _asked(question: str) -> str:
    if not sys.stdin.isatty():
        raise errors.InvalidInput(
            {question: "is needed: see `python -m luckychit create-admin -h`"}
        )
    return input(f"{question}: ").strip()


def _login_kind(typed: str) -> dict[str, str]:
    if "@" in typed:
        return {"email": typed}
    is_number = typed.lstrip("+").replace(" ", "").isdigit()
    return {"mobile_number": typed} if is_number else {"username": typed}


def audit(_arguments: argparse.Namespace) -> int:
    """Look for anything in the books that cannot be; 1 when something was found."""
    with _current_database():
        from luckychit.domain.chits import queries as circles  # noqa: PLC0415 - when needed
        from luckychit.domain.tickets import queries as tickets  # noqa: PLC0415 - when needed
        from luckychit.domain.wallet import queries as ledger  # noqa: PLC0415 - when needed

        problems = [*ledger.audit(), *circles.audit(), *tickets.audit()]
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems found." if problems else "The books are in order.")
    return FOUND_PROBLEMS if problems else 0


def audit_trail(arguments: argparse.Namespace) -> int:
    """Check the audit trail and print its head; 1 when it does not hold."""
    with _current_database():
        from luckychit.core import clock  # noqa: PLC0415 - when needed
        from luckychit.domain.audit import queries, rules, service  # noqa: PLC0415 - when needed

        known = rules.read_seal(arguments.head) if arguments.head else None
        if arguments.head and known is None:
            raise errors.InvalidInput({"--head": "is written SEQ:HASH, as this command prints it"})
        service.seal(from_the_first=True)
        found = queries.verify(now=clock.now(), known=known)
    if found.problem:
        print(found.problem.sentence)
    else:
        print("The trail holds, and extends the head given." if known else "The trail holds.")
    print(f"head {found.head}")
    return FOUND_PROBLEMS if found.problem else 0


def verify(arguments: argparse.Namespace) -> int:
    """Check a draw's bundle with the verifier that strangers download."""
    sys.argv = ["verify.py", *arguments.bundle]
    runpy.run_path(str(schema.ROOT / "assets" / "verify.py"), run_name="__main__")
    return 0


def build(arguments: argparse.Namespace) -> int:
    """Build the pages, unless they are fresh."""
    if building.is_fresh() and not arguments.force:
        return 0
    print("Building the pages; the first time this takes a minute or two.", flush=True)
    building.build(force=arguments.force)
    print("The pages are built.")
    return 0


@contextmanager
def _current_database() -> Iterator[None]:
    """Have the database at its newest schema, beside a running app or without one."""
    with serving.stopping_cleanly(), serving.database(settings()):
        schema.migrate(serving.database_url())
        try:
            yield
        finally:
            db.use_engine(None)


def parser() -> argparse.ArgumentParser:
    """Describe every command."""
    made = argparse.ArgumentParser(prog="python -m luckychit")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        # argparse shows the first line of what each command's function promises.
        added = commands.add_parser(name, help=(run.__doc__ or "").splitlines()[0])
        added.set_defaults(run=run)
        return added

    command("serve", serve)
    commands.add_parser("demo", help="As serve, with invented people.").set_defaults(run=serve)
    command("migrate", migrate)
    admin = command("create-admin", create_admin)
    for option, meaning in (
        ("--name", "full name"),
        ("--mobile", "mobile number to sign in with"),
        ("--email", "e-mail address to sign in with"),
        ("--username", "username to sign in with"),
    ):
        admin.add_argument(option, help=meaning)
    removal = command("remove-second-factor", remove_second_factor)
    removal.add_argument("login", metavar="LOGIN", help="mobile number, e-mail or username")
    command("audit", audit)
    trail = command("audit-trail", audit_trail)
    trail.add_argument("act", choices=["verify"], help="recompute the whole chain")
    trail.add_argument("--head", default="", help="a head printed before: SEQ:HASH")
    command("verify", verify).add_argument("bundle", nargs="+", help="bundle and options")
    command("build", build).add_argument("--force", action="store_true", help="even when fresh")
    return made


def main(words: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 when done, 1 when an audit found problems, 2 when it was refused.
    """
    arguments = parser().parse_args(words)
    try:
        own = settings() if arguments.command != "verify" else Settings.model_construct()
        log.configure(own.log_level)
        serving.start_clock(own)
        return int(arguments.run(arguments))
    except ValidationError as exc:
        for problem in exc.errors(include_input=False, include_url=False):
            name = "/".join(str(part).upper() for part in problem["loc"])
            sentence = problem["msg"].removeprefix("Value error, ")
            print(f"{name}: {sentence}" if name else sentence, file=sys.stderr)
    except errors.InvalidInput as exc:
        for name, sentence in exc.fields.items():
            print(f"{name}: {sentence}", file=sys.stderr)
    except errors.LuckyChitError as exc:
        print(exc.message, file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return REFUSED


if __name__ == "__main__":
    sys.exit(main())
