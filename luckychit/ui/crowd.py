"""Pages that wait for their nudge: a crowd is nudged one slice after another.

Each page that hears a nudge asks the database again. When a draw ends on thousands of
screens they show the end itself at once (see pots.py); what they load in addition comes
over the next seconds, so that nobody's purchase waits behind it.
"""

from collections import OrderedDict

SLICE = 30


class Crowd:
    """Sockets in waiting, in their order, each with the news it has not heard of."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._waiting: OrderedDict[str, set[int]] = OrderedDict()

    def add(self, ids: list[int], socket_ids: list[str]) -> None:
        """Let sockets wait; who waits already keeps the place and hears of all together.

        Args:
            ids: Numbers of the news.
            socket_ids: Of the pages.
        """
        for socket_id in socket_ids:
            self._waiting.setdefault(socket_id, set()).update(ids)

    def take(self) -> dict[tuple[int, ...], list[str]]:
        """Return whose turn it is now, by the numbers they are to hear of; empty when nobody's."""
        turn: dict[tuple[int, ...], list[str]] = {}
        for _ in range(min(SLICE, len(self._waiting))):
            socket_id, ids = self._waiting.popitem(last=False)
            turn.setdefault(tuple(sorted(ids)), []).append(socket_id)
        return turn

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)
