"""The app as it is served, with a note of the moment at which each message is sent."""

import os
import time
from pathlib import Path
from typing import Any

from luckychit.core import serving
from luckychit.ui import sockets
from luckychit.ui.live import DAILY_ROOM

NOTES = "LUCKYCHIT_BENCH_NOTES"
_tell = sockets.tell
_notes = Path(os.environ[NOTES])


async def _noted(update: Any, rooms: list[str]) -> None:
    began = time.time()
    await _tell(update, rooms)
    said = [
        value
        for values in update.delta.values()
        for name, value in values.items()
        if name.startswith("entry_count")
    ]
    kind = "room" if DAILY_ROOM in rooms else "one"
    with _notes.open("a", encoding="utf-8") as file:  # noqa: ASYNC230 - a bench
        file.writelines(
            f"{kind} {began} {time.time()} {count.replace(',', '')}\n" for count in said
        )


def app() -> Any:
    """Return the app (granian's target)."""
    from luckychit.luckychit import served  # noqa: PLC0415 - in the worker only

    sockets.tell = _noted
    return served()


if __name__ == "__main__":
    from luckychit.__main__ import main

    serving.TARGET = "bench.fanout_app:app"
    raise SystemExit(main(["serve"]))
