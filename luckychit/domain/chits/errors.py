"""Every refusal of the chit circles: its code and its sentence for people."""

from luckychit.core.errors import InvariantBroken, NotFound, Refused


class GroupNotFound(NotFound):
    """The group does not exist, or belongs to another manager."""

    code = "chits.group_not_found"
    sentence = "We could not find that group."


class SeatNotFound(NotFound):
    """The group has no such seat, or it is not the actor's."""

    code = "chits.seat_not_found"
    sentence = "We could not find that seat."


class PaymentNotFound(NotFound):
    """The payment does not exist, or belongs to another manager."""

    code = "chits.payment_not_found"
    sentence = "We could not find that payment."


class ReceiptNotFound(NotFound):
    """No receipt has this code."""

    code = "chits.receipt_not_found"
    sentence = "We could not find that receipt. Please check the link."


class DrawNotFound(NotFound):
    """The monthly draw does not exist, or is not the actor's to see."""

    code = "chits.draw_not_found"
    sentence = "We could not find that draw."


class PayoutNotFound(NotFound):
    """The payout does not exist, or is not the actor's."""

    code = "chits.payout_not_found"
    sentence = "We could not find that payout."


class TotalDoesNotAddUp(Refused):
    """The total given is not instalment x seats."""

    code = "chits.total_does_not_add_up"
    sentence = "The total must be the instalment times the seats: {expected}."


class DurationDoesNotFit(Refused):
    """The duration given is not one month for each seat."""

    code = "chits.duration_does_not_fit"
    sentence = "The group must run one month for each seat: {expected} months."


class CommissionAboveCap(Refused):
    """The commission is more than the law allows."""

    code = "chits.commission_above_cap"
    sentence = "The commission may be at most {cap_percent} % of the pot."


class GroupNotForming(Refused):
    """Seats change only while the group is forming."""

    code = "chits.group_not_forming"
    sentence = "Members join and leave only before the group starts."


class TermsFixed(Refused):
    """What was agreed holds from the start to the last prize."""

    code = "chits.terms_fixed"
    sentence = "The terms are fixed once the group has started."


class SeatTaken(Refused):
    """The group cannot be made smaller than its highest seat that is taken."""

    code = "chits.seat_taken"
    sentence = "Seat {seat_number} is taken, so the group has at least {seat_number} seats."


class GroupFull(Refused):
    """There are fewer free seats than asked for."""

    code = "chits.group_full"
    sentence = "Not enough free seats: {free} left, {wanted} wanted."


class SeatsStillFree(Refused):
    """A group starts only when every seat is taken."""

    code = "chits.seats_still_free"
    sentence = "The group starts when every seat is taken: {taken} of {seats} are."


class ListHasProblems(Refused):
    """A pasted list has lines that cannot be added; nobody was added."""

    code = "chits.list_has_problems"
    sentence = "Nobody was added: line {line_number}: {problem}"


class GroupNotActive(Refused):
    """Money is recorded only while the group runs."""

    code = "chits.group_not_active"
    sentence = "Payments are recorded only while the group is running."


class Overpaid(Refused):
    """More than the seat still owes over the whole term."""

    code = "chits.overpaid"
    sentence = "That is more than this seat still owes: {owed}."


class AlreadyReversed(Refused):
    """A payment is reversed at most once."""

    code = "chits.already_reversed"
    sentence = "This payment has already been reversed."


class ReversalOfReversal(Refused):
    """A reversal stands; the money is recorded again instead."""

    code = "chits.reversal_of_reversal"
    sentence = "A reversal cannot be reversed. Record the payment again instead."


class ListIsFrozen(Refused):
    """A payment that the frozen list of the present draw counts on cannot be taken back."""

    code = "chits.list_is_frozen"
    sentence = "The list of this draw is frozen. Please reverse the payment after its result."


class DrawNotPossible(Refused):
    """The draw cannot be conducted now; ``advice`` says why."""

    code = "chits.draw_not_possible"
    sentence = "{advice}"


class PhraseIsFixed(Refused):
    """The list of the present draw is frozen, phrases included."""

    code = "chits.phrase_is_fixed"
    sentence = "The list of this draw is already frozen. Change your phrase after it."


class PrizeExceeded(Refused):
    """More than what is left of the prize."""

    code = "chits.prize_exceeded"
    sentence = "Only {left} of this prize is left to hand over."


class AlreadyConfirmed(Refused):
    """The winner has already confirmed this payout."""

    code = "chits.already_confirmed"
    sentence = "You have already confirmed this."


class KeyReused(InvariantBroken):
    """An idempotency key came again with another request: our bug, never the visitor's."""

    code = "chits.key_reused"
