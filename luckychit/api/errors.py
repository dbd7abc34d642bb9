"""One mapping of an error's kind to a status; one shape of every refusal."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from luckychit.core import db, errors, incidents
from luckychit.core.log import get_logger

# The most derived kind wins; a test walks every error class.
STATUS_BY_KIND: dict[type[errors.LuckyChitError], HTTPStatus] = {
    errors.InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.Refused: HTTPStatus.CONFLICT,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.SignInNeeded: HTTPStatus.UNAUTHORIZED,
    errors.TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ProviderFailed: HTTPStatus.BAD_GATEWAY,
    errors.InvariantBroken: HTTPStatus.INTERNAL_SERVER_ERROR,
}
BUSY_RETRY_S = 1
LONGEST_FIELD = 80
# What the routes themselves never say: the frame around them does.
_PLAIN = {
    HTTPStatus.BAD_REQUEST: ("not_json", "This could not be read as JSON."),
    HTTPStatus.NOT_FOUND: ("not_found", "There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "This address does not take that."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("too_large", "That is more than this address takes."),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("not_json_media", "Please send it as application/json."),
}

_log = get_logger(__name__)


def status_of(exception: errors.LuckyChitError) -> HTTPStatus:
    """Return the one status of an error's kind."""
    for kind in type(exception).__mro__:
        if kind in STATUS_BY_KIND:
            return STATUS_BY_KIND[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def answer(
    status: int, code: str, message: str, *, incident: str | None = None, **more: object
) -> JSONResponse:
    """Return a refusal in the one shape: code, message, incident, sometimes fields."""
    body = {"code": code, "message": message, "incident": incident, **more}
    return JSONResponse(body, status_code=status)


def install(api: FastAPI) -> None:
    """Let every route of ``api`` refuse in the one shape."""
    api.add_exception_handler(errors.LuckyChitError, _known)
    api.add_exception_handler(RequestValidationError, _wrong_shape)
    api.add_exception_handler(HTTPException, _plain_status)
    api.add_exception_handler(ClientDisconnect, _gone)
    api.add_exception_handler(SQLAlchemyError, _of_the_database)
    api.add_exception_handler(Exception, _bug)


async def _known(request: Request, exception: Exception) -> JSONResponse:
    assert isinstance(exception, errors.LuckyChitError)
    status = status_of(exception)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return await _bug(request, exception)
    # An outage concerns whoever runs the house; a refusal is the product at work.
    level = _log.warning if isinstance(exception, errors.DatabaseAway) else _log.info
    level("api_refused", code=exception.code, facts=repr(exception.facts))
    more: dict[str, Any] = (
        {"fields": exception.fields} if isinstance(exception, errors.InvalidInput) else {}
    )
    refusal = answer(status, exception.code, exception.message, **more)
    if status is HTTPStatus.UNAUTHORIZED:
        refusal.headers["WWW-Authenticate"] = _challenge(request)
    if isinstance(exception, errors.TooManyTries):
        refusal.headers["Retry-After"] = str(exception.retry_after_s)
    elif isinstance(exception, errors.Busy):
        refusal.headers["Retry-After"] = str(BUSY_RETRY_S)
    return refusal


def _challenge(request: Request) -> str:
    """Say how to name oneself, and whether what was sent was no good.

    Source: RFC 6750 section 3: no error for who sent nothing.
    """
    return 'Bearer error="invalid_token"' if "authorization" in request.headers else "Bearer"


class NotJson(HTTPException):
    """A body that is not JSON, for routes that read theirs by hand."""

    def __init__(self) -> None:
        super().__init__(HTTPStatus.BAD_REQUEST)


async def _wrong_shape(request: Request, exception: Exception) -> JSONResponse:
    assert isinstance(exception, RequestValidationError)
    problems = exception.errors()
    if any(problem["type"] == "json_invalid" for problem in problems):
        return await _plain_status(request, NotJson())
    if _is_other_media(request, exception):
        return await _plain_status(request, HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE))
    fields = {_field(problem): _said(problem) for problem in problems}
    return answer(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.InvalidInput.code,
        errors.InvalidInput.sentence,
        fields=fields,
    )


def _is_other_media(request: Request, exception: RequestValidationError) -> bool:
    """Tell whether a body came that was not read, because it does not say that it is JSON."""
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_json = sent == "application/json" or (
        sent.startswith("application/") and sent.endswith("+json")
    )
    return isinstance(exception.body, bytes) and bool(exception.body) and not is_json


def _field(problem: Any) -> str:
    """Return the name of a wrong field, cut short: callers invent names."""
    name = ".".join(str(part) for part in problem["loc"][1:]) or "body"
    return name[:LONGEST_FIELD]


def _said(problem: Any) -> str:
    """Return what is wrong: our own sentence, or the checker's as one of ours."""
    message = str(problem["msg"]).removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."


def too_large() -> JSONResponse:
    """Return the refusal of a body that is larger than its address takes."""
    return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _plain(status: HTTPStatus) -> JSONResponse:
    # Ours, because Python's own words for a status change from one release to the next.
    name, sentence = _PLAIN.get(status, (status.name.lower(), f"{status.phrase}."))
    return answer(status, f"api.{name}", sentence)


async def _plain_status(_request: Request, exception: Exception) -> JSONResponse:
    assert isinstance(exception, HTTPException)
    refusal = _plain(HTTPStatus(exception.status_code))
    refusal.headers.update(exception.headers or {})
    return refusal


async def _gone(_request: Request, _exception: Exception) -> Response:
    # Whoever hung up while still sending reads no answer; and it is no incident.
    return Response(status_code=HTTPStatus.BAD_REQUEST)


async def _of_the_database(request: Request, exception: Exception) -> JSONResponse:
    known = db.understood(exception)
    is_bug = not isinstance(known, errors.LuckyChitError)
    return await (_bug if is_bug else _known)(request, known)


async def _bug(request: Request, exception: Exception) -> JSONResponse:
    incident = incidents.report(exception, path=request.url.path, method=request.method)
    return answer(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.InvariantBroken.code,
        errors.InvariantBroken.sentence,
        incident=incident,
    )
