"""Refusals of the users slice."""

from luckychit.core.errors import NotAllowed, Refused, SignInNeeded


class WrongCredentials(SignInNeeded):
    """The login is unknown or the password is wrong; nobody is told which.

    A kind of SignInNeeded (401): whoever asks is still nobody.
    """

    code = "users.wrong_credentials"
    sentence = "That sign-in name and password do not belong together."


class OneTimePasswordExpired(Refused):
    """The one-time password was right but is older than seven days."""

    code = "users.one_time_password_expired"
    sentence = "This one-time password has expired. Ask your organiser for a new one."


class Deactivated(NotAllowed):
    """The person's account is closed."""

    code = "users.deactivated"
    sentence = "This account has been closed."


class WrongCurrentPassword(Refused):
    """The password given as the current one is not."""

    code = "users.wrong_current_password"
    sentence = "Your current password is not right."


class LoginTaken(Refused):
    """Another account has this mobile number, e-mail address or username."""

    code = "users.login_taken"
    sentence = "Another account already uses this {what}."


class NotAMember(Refused):
    """The mobile number belongs to somebody who manages circles, not to a member."""

    code = "users.not_a_member"
    sentence = "This mobile number belongs to an organiser. Please use another one."


class MayNotRenew(NotAllowed):
    """A new one-time password would hand this member's account to the wrong person."""

    code = "users.may_not_renew"
    sentence = "Other organisers rely on this account, so only an administrator can reset it."


class BirthDateFixed(Refused):
    """Another date of birth was declared before."""

    code = "users.birth_date_fixed"
    sentence = "Your date of birth is written down already and cannot be changed here."


class PasswordMustChange(NotAllowed):
    """A one-time password opens one door only: the page that replaces it."""

    code = "users.password_must_change"
    sentence = "Please choose your own password first."
