"""Refusals of the users slice."""

from luckychit.core.errors import NotAllowed, Refused, SignInNeeded


class WrongCredentials(SignInNeeded):
    """The login is unknown or the password is wrong; nobody is told which.

    A kind of SignInNeeded (401): whoever asks is still nobody.
    """

    code = "users.wrong_credentials"
    sentence = "That sign-in name and password do not match."


class SecondFactorNeeded(SignInNeeded):
    """The password was right; now a code of the second factor is asked for.

    A kind of SignInNeeded (401): no session has begun. ``challenge`` names this try to sign
    in, and is a secret: it is no fact, so that no log ever holds it.
    """

    code = "users.second_factor_needed"
    sentence = "Please type the code from your authenticator app."

    def __init__(self, *, challenge: str) -> None:
        self.challenge = challenge
        super().__init__()


class ChallengeEnded(SignInNeeded):
    """The try to sign in is unknown, used, older than five minutes, or had five wrong codes."""

    code = "users.challenge_ended"
    sentence = "That took too long or too many tries. Please begin again with your password."


class WrongCode(Refused):
    """It is neither the present code nor an unused recovery code, or was used before."""

    code = "users.wrong_code"
    sentence = "That code is not right. Each code works once, for about a minute."


class SecondFactorOn(Refused):
    """There is a second factor already; it has to be switched off first."""

    code = "users.second_factor_on"
    sentence = "Two-step sign-in is already on."


class SecondFactorOff(Refused):
    """There is no second factor, or its setting up has not begun."""

    code = "users.second_factor_off"
    sentence = "Two-step sign-in is not on."


class LastLogin(Refused):
    """Without this login the person could not sign in any more."""

    code = "users.last_login"
    sentence = "One way to sign in must stay: a mobile number, an e-mail address or a username."


class BirthDateFixed(Refused):
    """A birth date is given once, so that nobody grows older to be let into games."""

    code = "users.birth_date_fixed"
    sentence = "Your date of birth is given already. Only an administrator can correct it."


class AccountInUse(Refused):
    """Something is unfinished that needs the account; ``why`` says what."""

    code = "users.account_in_use"
    sentence = "{why}"


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


class LinkNotValid(Refused):
    """The link was used, has expired, was replaced, or is none of ours."""

    code = "users.link_not_valid"
    sentence = "This link no longer works. Please ask for a new one."


class EmailAlreadyVerified(Refused):
    """There is nothing to confirm: no address, or one that is confirmed already."""

    code = "users.email_already_verified"
    sentence = "There is no e-mail address left to confirm."


class NotAMember(Refused):
    """The mobile number belongs to somebody who manages circles, not to a member."""

    code = "users.not_a_member"
    sentence = "This mobile number belongs to an organiser. Please use another one."


class MayNotRenew(NotAllowed):
    """A new one-time password would hand this member's account to the wrong person."""

    code = "users.may_not_renew"
    sentence = "Other organisers rely on this account, so only an administrator can reset it."


class PasswordMustChange(NotAllowed):
    """A one-time password opens one door only: the page that replaces it."""

    code = "users.password_must_change"
    sentence = "Please choose your own password first."


class RefreshTokenReused(SignInNeeded):
    """A refresh token was shown again after its use: somebody has a copy of it.

    A kind of SignInNeeded (401): the session it belonged to has ended.
    """

    code = "users.refresh_token_reused"
    sentence = "This sign-in was ended, because a copy of its key was used. Please sign in again."
