"""What reading news refuses."""

from luckychit.core.errors import NotFound


class NewsNotFound(NotFound):
    """No such news, or none that concerns the actor."""

    code = "notify.news_not_found"
    sentence = "We could not find that piece of news."
