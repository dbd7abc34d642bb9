"""One sentence for each kind of news: what feeds, notices and the API say. Pure."""

import uuid

from luckychit.domain.notify.queries import NewsView
from luckychit.domain.notify.words import accounts, circles, games
from luckychit.domain.notify.words.facts import Facts, Said

_TELLERS = accounts.TELLERS | circles.TELLERS | games.TELLERS


def sentence_of(item: NewsView, *, viewer_id: uuid.UUID | None) -> Said:
    """Say one piece of news to one viewer, in the second person when it is theirs."""
    tell = _TELLERS.get(item.kind)
    if tell is None:
        return Said(item.kind.replace("_", " ").capitalize() + ".", "plain")
    return tell(Facts(item, is_own=item.user_id is not None and item.user_id == viewer_id))
