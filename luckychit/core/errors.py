"""Every kind of error the product knows, and nothing about how it is shown.

A *refusal* is part of the product: it has a code (``slice.what_happened``, never
reworded) and a sentence for people. Anything else is a bug: people see an incident
number only. Entries (ui/errors.py, api/app.py, jobs) map a kind to a status once.

    LuckyChitError
    +-- InvalidInput     a field has a wrong shape                       422
    +-- Refused          a rule of the business says no                  409
    +-- NotFound         it does not exist, or is not yours to see       404
    +-- NotAllowed       you are known, but may not do this              403
    +-- SignInNeeded     nobody is signed in                             401
    +-- TooManyTries     slow down                                       429
    +-- Busy             somebody else holds the lock; try again         503
    |   +-- DatabaseAway     it may or may not have happened: look first
    +-- ProviderFailed   an outside service did not answer well          502
    +-- InvariantBroken  a bug: incident number only                     500
"""

from typing import Any, ClassVar


class LuckyChitError(Exception):
    """Base of all typed errors.

    Args:
        **facts: What was seen, for the log only; never shown to people, except
            the facts that a sentence names in braces.
    """

    code: ClassVar[str] = "core.error"
    sentence: ClassVar[str] = "Something went wrong."

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(f"{self.code} {facts}" if facts else self.code)

    @property
    def message(self) -> str:
        """The sentence for people, with the facts it names filled in."""
        return self.sentence.format_map(self.facts)


class InvalidInput(LuckyChitError):
    """A field has a wrong shape; ``fields`` maps a field's name to a sentence."""

    code = "input.invalid"
    sentence = "Please check the marked fields."

    def __init__(self, fields: dict[str, str], **facts: Any) -> None:
        self.fields = fields
        super().__init__(fields=fields, **facts)

    @property
    def message(self) -> str:
        """The one wrong field's sentence, or the general one for several."""
        if len(self.fields) == 1:
            return next(iter(self.fields.values()))
        return self.sentence


class Refused(LuckyChitError):
    """A rule of the business says no; nothing was written."""


class NotFound(LuckyChitError):
    """It does not exist, or the actor may not know that it does."""

    code = "core.not_found"
    sentence = "We could not find that."


class NotAllowed(LuckyChitError):
    """The actor is known but may not do this."""

    code = "core.not_allowed"
    sentence = "That is not yours to do."


class SignInNeeded(LuckyChitError):
    """Nobody is signed in, or the session has ended."""

    code = "users.sign_in_needed"
    sentence = "Please sign in."


class TooManyTries(LuckyChitError):
    """The same thing was tried too often; ``retry_after_s`` says when to return."""

    code = "core.too_many_tries"
    sentence = "Too many tries. Please wait {retry_after_s} seconds."

    def __init__(self, *, retry_after_s: int, **facts: Any) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(retry_after_s=retry_after_s, **facts)


class Busy(LuckyChitError):
    """Another transaction holds what is needed; the same call may work in a moment."""

    code = "core.busy"
    sentence = "Somebody else is changing this right now. Please try again."


class DatabaseAway(Busy):
    """The database cannot be reached, or went while it worked.

    Whether the last call was written is not known: the answer to its COMMIT may be what
    was lost. Whoever sends a key may send the same again.
    """

    code = "core.database_away"
    sentence = (
        "We cannot reach our books right now. Try again in a moment; if you were sending "
        "something, look first whether it arrived."
    )


class ProviderFailed(LuckyChitError):
    """An outside service failed or answered nonsense; nothing was changed here."""

    code = "core.provider_failed"
    sentence = "A service we rely on did not answer. Please try again later."


class InvariantBroken(LuckyChitError):
    """A bug: something that can never be true was seen. The transaction is undone."""

    code = "core.invariant_broken"
    sentence = "Something went wrong on our side."
