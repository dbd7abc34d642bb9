"""Refusals of the safety of play."""

from luckychit.core.errors import Refused


class CountryBlocked(Refused):
    """The operator offers no games where the request comes from, or it hides from where."""

    code = "safety.country_blocked"
    sentence = "Games are not offered where you are."


class CountryUnknown(Refused):
    """Games are closed to some countries, and nobody can tell which one this is."""

    code = "safety.country_unknown"
    sentence = "We cannot tell which country you are in, so we cannot offer you games here."


class AgeUnknown(Refused):
    """The person has not said when they were born."""

    code = "safety.age_unknown"
    sentence = "Please tell us your date of birth first."


class TooYoung(Refused):
    """The person is not 18 yet everywhere on earth."""

    code = "safety.too_young"
    sentence = "Games are for people of 18 years and older."


class OnBreak(Refused):
    """A break from games is one from adding play credit too, until it ends."""

    code = "safety.on_break"
    sentence = "You are taking a break from games, and from adding play credit too."


class PlayLimitReached(Refused):
    """The purchase would pass a limit that the buyer set."""

    code = "safety.play_limit_reached"
    sentence = "The limit you set leaves {left} to play with {period}, until {ends}."


class DepositLimitReached(Refused):
    """The deposit would pass a limit that the person set."""

    code = "safety.deposit_limit_reached"
    sentence = "The limit you set leaves {left} to add {period}, until {ends}."
