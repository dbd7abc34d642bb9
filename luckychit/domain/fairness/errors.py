"""Refusals of the fairness slice."""

from luckychit.core import errors


class DrawNotFound(errors.NotFound):
    """No draw has this number."""

    code = "fairness.draw_not_found"
    sentence = "There is no draw with this number."


class DrawIdTaken(errors.Refused):
    """A commitment with this number exists; it can never be made a second time."""

    code = "fairness.draw_id_taken"
    sentence = "A draw with this number has already been announced."


class LocksTooSoon(errors.Refused):
    """The lock would not be after the commitment."""

    code = "fairness.locks_too_soon"
    sentence = "The draw must be announced before its list closes."


class TooEarly(errors.Refused):
    """The list may not be closed before the committed moment."""

    code = "fairness.too_early"
    sentence = "The list closes later; nothing can be drawn yet."


class LockedTooLate(errors.Refused):
    """The committed round is already public, so the caller must void the draw."""

    code = "fairness.locked_too_late"
    sentence = "The list was not closed in time; this draw is void and a new one follows."


class AlreadyLocked(errors.Refused):
    """The list is closed, so nothing can be added and the draw cannot be called off."""

    code = "fairness.already_locked"
    sentence = "The list of this draw is already closed."


class SeedLost(errors.InvariantBroken):
    """The sealed seed does not open: TICKET_SEAL_SECRET is another one than at COMMIT."""

    code = "fairness.seed_lost"


class NotLocked(errors.Refused):
    """The list is still open."""

    code = "fairness.not_locked"
    sentence = "The list of this draw is not closed yet."


class DrawIsOver(errors.Refused):
    """The draw has a result, or is void; neither changes."""

    code = "fairness.draw_is_over"
    sentence = "This draw is finished."


class EntryRefused(errors.Refused):
    """An entry of the list could not be proved: a duplicate, or outside the times."""

    code = "fairness.entry_refused"
    sentence = "An entry of this draw is not valid."


class NoBeacon(errors.Refused):
    """The draw does not wait for public randomness."""

    code = "fairness.no_beacon"
    sentence = "This draw does not use a public random number."


class WrongRound(errors.Refused):
    """Only the committed round counts."""

    code = "fairness.wrong_round"
    sentence = "This draw waits for another round."


class RoundNotBorn(errors.Refused):
    """The committed round lies in the future."""

    code = "fairness.round_not_born"
    sentence = "This round does not exist yet."


class BadSignature(errors.Refused):
    """The network's key did not sign this."""

    code = "fairness.bad_signature"
    sentence = "This is not the network's signature of that round."


class VerifierBusy(errors.Busy):
    """Enough signatures are being checked at once."""

    code = "fairness.verifier_busy"
    sentence = "Many proofs are being checked right now. Please try again in a moment."
