"""Refusals of the mail slice."""

from luckychit.core.errors import ProviderFailed


class MailFailed(ProviderFailed):
    """The mail server did not take a letter.

    Args:
        why: What it said, for the log and the row; no person sees it.
        is_lasting: This letter will never be taken: its address is refused.
        is_away: The server cannot be reached or used, so it takes no other letter either.
    """

    code = "mail.failed"
    sentence = "The letter could not be sent. We will try again."

    def __init__(self, *, why: str, is_lasting: bool = False, is_away: bool = False) -> None:
        self.why = why
        self.is_lasting = is_lasting
        self.is_away = is_away
        super().__init__(why=why, is_lasting=is_lasting, is_away=is_away)
