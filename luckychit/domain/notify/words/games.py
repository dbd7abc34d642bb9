"""News of the daily draw and of rooms."""

from luckychit.domain.notify.words.facts import Facts, Said


def _daily_opened(facts: Facts) -> Said:
    return Said(_first(f"{facts.draw} is open."), "plain")


def _daily_locked(facts: Facts) -> Said:
    words = f"{facts.draw} is locked with {facts.count('n', 'ticket', 'tickets')}."
    return Said(_first(words), "plain", facts.draw_href)


def _daily_drawn(facts: Facts) -> Said:
    words = f"Ticket {facts['ticket_id']} won {facts.money('prize_minor')} in {facts.draw}."
    return Said(words, "luck", facts.draw_href)


def daily_is_done(facts: Facts) -> Said:
    """Say that there is a result, and leave it to the replay."""
    return Said(_first(f"{facts.draw} is done."), "luck", facts.draw_href)


def _daily_void(facts: Facts) -> Said:
    return Said(_first(f"{facts.draw} was called off{facts.because()}"), "warn", facts.draw_href)


def _ticket_won(facts: Facts) -> Said:
    who = "You won" if facts.is_own else f"Ticket {facts['ticket_id']} won"
    return Said(f"{who} {facts.money('prize_minor')} in {facts.draw}.", "luck", facts.draw_href)


def _tickets_refunded(facts: Facts) -> Said:
    to_whom = "you" if facts.is_own else "a player"
    words = (
        f"{facts.money()} came back to {to_whom} for {facts.count('count', 'ticket', 'tickets')}"
        f" of {facts.draw}{facts.because()}"
    )
    return Said(words, "good", facts.draw_href)


def _room_joined(facts: Facts) -> Said:
    return Said(f"{_who(facts)} joined {facts['room']}.", "plain", facts.room_href)


def _room_bought(facts: Facts) -> Said:
    return Said(f"{_who(facts)} took a ticket in {facts['room']}.", "plain", facts.room_href)


def _room_started(facts: Facts) -> Said:
    return Said(f"{facts['room']} has started: its draw is near.", "luck", facts.room_href)


def _room_locked(facts: Facts) -> Said:
    return Said(f"The tickets of {facts['room']} are locked.", "plain", facts.room_href)


def _room_drawn(facts: Facts) -> Said:
    words = f"{_who(facts)} won {facts.money('prize_minor')} in {facts['room']}."
    return Said(words, "luck", facts.room_href)


def room_is_done(facts: Facts) -> Said:
    """Say that there is a result, and leave it to the replay."""
    return Said(f"The draw of {facts['room']} is done.", "luck", facts.room_href)


def _room_void(facts: Facts) -> Said:
    return Said(f"{facts['room']} was called off{facts.because()}", "warn", facts.room_href)


def _who(facts: Facts) -> str:
    return "You" if facts.is_own else facts["name"]


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


TELLERS = {
    "daily_opened": _daily_opened,
    "daily_locked": _daily_locked,
    "daily_drawn": _daily_drawn,
    "daily_void": _daily_void,
    "ticket_won": _ticket_won,
    "tickets_refunded": _tickets_refunded,
    "room_joined": _room_joined,
    "room_bought": _room_bought,
    "room_started": _room_started,
    "room_locked": _room_locked,
    "room_drawn": _room_drawn,
    "room_void": _room_void,
}
