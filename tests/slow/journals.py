"""What a process that will be killed writes down, and what it does when it comes back.

Before a request a client writes ``SENT`` with the request's key, after the answer ``DONE``
with what was promised, or ``REFUSED``: what a person at a screen knows. Started again it
first repeats what was sent and not answered, with the same key, as a page does when it
reconnects.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from luckychit.core.errors import LuckyChitError

RETRY_S = 0.25
_ANSWERS = ("DONE", "REFUSED", "BUTTON")
Request = dict[str, Any]
Service = Callable[[str, Request], dict[str, Any]]


class Lost(Exception):
    """No answer came; nobody knows whether the request was done."""


class Refusal(Exception):
    """The server said no, with this code."""


class Journal:
    """A file of what was sent and what was answered; survives the process."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o644)

    def write(self, *words: object) -> None:
        """Append a line in one system call: whole or not at all."""
        os.write(self._fd, (json.dumps(words, default=str) + "\n").encode())


def read_journal(path: Path) -> list[list[Any]]:
    """Return the lines of a journal."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def unanswered(path: Path) -> list[tuple[str, Request]]:
    """Return the requests that were sent and never answered, oldest first."""
    lines = read_journal(path)
    answered = {line[1] for line in lines if line[0] in _ANSWERS}
    return [(line[1], line[2]) for line in lines if line[0] == "SENT" and line[1] not in answered]


class Clerk:
    """Asks services and notes what they promised.

    Args:
        services: By name, each takes key and request; raises a refusal, or Lost.
        journal: Where to write.
    """

    def __init__(self, services: Mapping[str, Service], journal: Path) -> None:
        self.services = services
        self.path = journal
        self.journal = Journal(journal)
        self.refused = ""

    def send(self, key: str, request: Request, *, again: bool = False) -> dict[str, Any] | None:
        """Send a request until it is answered; None when it was refused, see ``refused``."""
        self.journal.write("AGAIN" if again else "SENT", key, request)
        while True:
            try:
                answer = self.services[request["service"]](key, request)
            except Lost:
                self.journal.write("LOST", key)
                time.sleep(RETRY_S)
            except LuckyChitError as refusal:
                return self._refused(key, refusal.code)
            except Refusal as refusal:
                return self._refused(key, str(refusal))
            else:
                self.journal.write("DONE", key, answer)
                return answer

    def _refused(self, key: str, code: str) -> None:
        self.refused = code
        self.journal.write("REFUSED", key, code)

    def repeat_unanswered(self) -> None:
        """Do what a page does after the connection was lost."""
        for key, request in unanswered(self.path):
            self.send(key, request, again=True)


def run_all(works: Sequence[Callable[[], None]]) -> None:
    """Run each in a thread; one that breaks breaks the whole process, loudly."""
    threading.excepthook = _die_loudly
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _die_loudly(broken: threading.ExceptHookArgs) -> None:
    sys.excepthook(broken.exc_type, broken.exc_value or SystemError(), broken.exc_traceback)
    os._exit(1)
