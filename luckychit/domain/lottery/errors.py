"""Refusals of the daily draw; those of selling are in tickets/errors.py."""

from luckychit.core import errors


class NoDrawNow(errors.NotFound):
    """No daily draw sells at this moment: between two days, or before the first."""

    code = "lottery.no_draw_now"
    sentence = "No daily draw is open right now. Please try again in a moment."


class NoWinnerYet(errors.NotFound):
    """No daily draw has been won so far."""

    code = "lottery.no_winner_yet"
    sentence = "Nobody has won a daily draw yet."
