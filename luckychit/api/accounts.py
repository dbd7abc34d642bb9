"""Making an account, confirming an address, replacing a lost password: native form posts.

The secret of a link comes in the body of a post, never in its address; and only a post
uses it, because programs that look through letters open every link they find.
"""

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from luckychit.api import forms, visitors
from luckychit.core import errors, threads
from luckychit.domain.users import errors as user_errors
from luckychit.domain.users import service as users

LONGEST_TYPED = 254
LONGEST_TOKEN = 100
# What the form brings back when it is refused; a name may be long in other scripts.
TYPED = {"email": 254, "username": 30, "mobile_number": 25, "full_name": 100}

router = APIRouter(prefix="/auth", include_in_schema=False)


@router.post("/sign-up")
async def sign_up(request: Request) -> Response:
    """Make an account, set the session cookie, go on to the member's first page."""
    visitors.require_own_page(request)
    form = await forms.read(request)
    typed = {name: forms.text_of(form, name).strip() for name in TYPED}
    made = await forms.attempt(
        users.sign_up,
        password=forms.text_of(form, "password"),
        email=typed["email"] or None,
        username=typed["username"] or None,
        mobile_number=typed["mobile_number"] or None,
        full_name=typed["full_name"] or None,
        address=visitors.address_of(request),
        user_agent=request.headers.get("user-agent", ""),
    )
    if isinstance(made, errors.LuckyChitError):
        kept = {name: value[: TYPED[name]] for name, value in typed.items()}
        by = "mobile" if forms.text_of(form, "by") == "mobile" else "email"
        return forms.go_back("/sign-up", made, by=by, **kept)
    return forms.admit(forms.go("/app"), made)


@router.post("/verify-email")
async def verify_email(request: Request) -> Response:
    """Confirm the address that a link was sent to."""
    visitors.require_own_page(request)
    form = await forms.read(request)
    refusal = await forms.attempt(users.verify_email, token=_token(forms.text_of(form, "token")))
    if refusal is not None:
        return forms.go_back("/verify-email", refusal)
    return forms.go("/verify-email", why="done")


@router.post("/reset")
async def ask_reset(request: Request) -> Response:
    """Send the letter with the link, if there is an account; the answer is always the same."""
    visitors.require_own_page(request)
    form = await forms.read(request)
    email = forms.text_of(form, "email").strip()
    asking = forms.attempt(users.ask_reset, email=email, address=visitors.address_of(request))
    refusal = await threads.no_sooner(asking, after_s=forms.ASKING_TAKES_S)
    if refusal is not None:
        return forms.go_back("/reset", refusal, email=email[:LONGEST_TYPED])
    return forms.go("/reset", why="sent", email=email[:LONGEST_TYPED])


@router.post("/reset/confirm")
async def confirm_reset(request: Request) -> Response:
    """Replace the lost password, and lead to the sign-in."""
    visitors.require_own_page(request)
    form = await forms.read(request)
    token = _token(forms.text_of(form, "token"))
    chosen = forms.text_of(form, "new_password")
    # The secret is in the address of this page already: the letter's link leads there.
    page = f"/reset/new?token={quote(token, safe='')}"
    if chosen != forms.text_of(form, "repeated"):
        differ = errors.InvalidInput({"repeated": "The two passwords are not the same."})
        return forms.go_back(page, differ)
    refusal = await forms.attempt(
        users.reset_password,
        token=token,
        new_password=chosen,
        address=visitors.address_of(request),
    )
    if isinstance(refusal, user_errors.LinkNotValid):
        return forms.go_back("/reset", refusal)
    if refusal is not None:
        return forms.go_back(page, refusal)
    return forms.go("/sign-in", why="reset")


def _token(sent: str) -> str:
    return sent[:LONGEST_TOKEN]
