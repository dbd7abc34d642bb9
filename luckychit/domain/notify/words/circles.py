"""News of chit circles."""

from luckychit.domain.notify.words.facts import Facts, Said


def _payment_received(facts: Facts) -> Said:
    if facts.is_own:
        words = f"Your payment of {facts.money()} for {facts['group']} was received."
    else:
        words = f"{facts['name']} paid {facts.money()} for {facts['group']}."
    return Said(words, "good", facts.receipt_href)


def _payment_reversed(facts: Facts) -> Said:
    whose = "Your" if facts.is_own else f"{facts['name']}'s"
    words = f"{whose} payment of {facts.money()} was reversed: {facts['reason']}."
    return Said(words, "bad", facts.receipt_href)


def _draw_called(facts: Facts) -> Said:
    return Said(
        f"The draw of month {facts['instalment']} in {facts['group']} is coming up.", "luck"
    )


def _draw_locked(facts: Facts) -> Said:
    words = (
        f"Month {facts['instalment']} of {facts['group']} is locked with {facts['eligible']} seats."
    )
    return Said(words, "plain", facts.draw_href)


def _draw_result(facts: Facts) -> Said:
    words = (
        f"Seat {facts['seat']} ({facts['name']}) won month {facts['instalment']} of "
        f"{facts['group']}: {facts.money('prize_minor')}."
    )
    return Said(words, "luck", facts.draw_href)


def draw_is_done(facts: Facts) -> Said:
    """Say that there is a result, and leave it to the replay."""
    words = f"The draw of month {facts['instalment']} in {facts['group']} is done."
    return Said(words, "luck", facts.draw_href)


def _prize_won(facts: Facts) -> Said:
    who = "You won" if facts.is_own else f"{facts['name']} won"
    words = f"{who} {facts.money('prize_minor')} in {facts['group']}, month {facts['instalment']}."
    return Said(words, "luck", facts.draw_href)


def _draw_held_over(facts: Facts) -> Said:
    words = (
        f"The draw of month {facts['instalment']} in {facts['group']} is held over: "
        f"{facts['reason']}"
    )
    return Said(words.rstrip(".") + ".", "warn")


def _member_joined(facts: Facts) -> Said:
    who = "You" if facts.is_own else facts["name"]
    held = facts.count("seats", "seat", "seats")
    return Said(f"{who} joined {facts['group']} with {held}.", "plain")


def _group_started(facts: Facts) -> Said:
    return Said(f"{facts['group']} has started.", "good")


def _group_completed(facts: Facts) -> Said:
    return Said(
        f"{facts['group']} is complete: every prize is paid and the books close at zero.", "good"
    )


def _payout_recorded(facts: Facts) -> Said:
    to_whom = "you" if facts.is_own else facts["name"]
    words = f"{facts.money()} of the month {facts['instalment']} prize was handed to {to_whom}."
    return Said(words, "good")


def _payout_confirmed(facts: Facts) -> Said:
    who = "You" if facts.is_own else facts["name"]
    return Said(f"{who} confirmed receiving {facts.money()} in {facts['group']}.", "good")


TELLERS = {
    "payment_received": _payment_received,
    "payment_reversed": _payment_reversed,
    "draw_called": _draw_called,
    "draw_locked": _draw_locked,
    "draw_result": _draw_result,
    "prize_won": _prize_won,
    "draw_held_over": _draw_held_over,
    "member_joined": _member_joined,
    "group_started": _group_started,
    "group_completed": _group_completed,
    "payout_recorded": _payout_recorded,
    "payout_confirmed": _payout_confirmed,
}
