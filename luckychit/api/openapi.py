"""The description of the API, exact: tags, security, refusals and an example of everything."""

import json
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from luckychit.api import examples
from luckychit.core.settings import settings

ADDRESS = "/api/openapi.json"
ABOUT = (
    "Chit circles and draws whose fairness anyone can check.\n\n"
    "Send `Authorization: Bearer <access token>`, or the session cookie from our own pages. "
    "Money is a whole number of minor units with its currency; moments are UTC. Lists come in "
    "pages: send `next` as `after`. A refusal has a `code` that never changes. What moves money "
    "or makes something takes an `Idempotency-Key`: sent again, it answers like the first."
)
TAGS = [
    {"name": "auth", "description": "Making an account, signing in and out, lost passwords."},
    {"name": "account", "description": "The caller's own profile, and all that is held of it."},
    {"name": "lottery", "description": "The daily draw: what sells now, buying, own tickets."},
    {"name": "draws", "description": "Proofs of draws of every kind, for anybody."},
    {"name": "rooms", "description": "Private draws among people who know a code."},
    {"name": "groups", "description": "Chit circles: seats, dues, payments, draws, prizes."},
    {"name": "wallet", "description": "What is in the caller's wallets, and what came and went."},
    {"name": "notifications", "description": "What the caller should know."},
    {"name": "safety", "description": "The caller's own limits of play, breaks and reminders."},
    {"name": "admin", "description": "For administrators: the audit trail, as files."},
]
# FastAPI's own shape of a wrong field, which we never send.
_NOT_OURS = ("HTTPValidationError", "ValidationError")
_INVALID = {"$ref": "#/components/schemas/InvalidOut"}


def name_of(route: APIRoute) -> str:
    """Return the ``operationId`` of a route: its function's name, which is a promise."""
    return route.name


def describe(api: FastAPI) -> None:
    """Let ``api`` describe itself, at its address and to whoever asks the object."""
    made: dict[str, Any] = {}

    def schema() -> dict[str, Any]:
        if not made:
            made.update(_schema(api))
        return made

    async def shown() -> JSONResponse:
        return JSONResponse(schema())

    api.openapi = schema  # type: ignore[method-assign]
    api.add_api_route(ADDRESS, shown, include_in_schema=False)


def _schema(api: FastAPI) -> dict[str, Any]:
    used = {tag for route in _operations(api) for tag in route}
    found = get_openapi(
        title=api.title,
        version=api.version,
        description=ABOUT,
        routes=api.routes,
        tags=[tag for tag in TAGS if tag["name"] in used],
        servers=[{"url": "/", "description": "The server that this description comes from."}],
    )
    found = _with_plain_names(found)
    components = found.setdefault("components", {})
    components["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": settings().session_cookie,
            "description": "Of our own pages; what changes something must come from them.",
        },
    }
    for name in _NOT_OURS:
        components["schemas"].pop(name, None)
    for path in found["paths"].values():
        for operation in path.values():
            _complete(operation, components["schemas"])
    return found


def _with_plain_names(found: dict[str, Any]) -> dict[str, Any]:
    """Name each kind of page as it names itself, ``RoomLinePage``, where its schema is kept."""
    text = json.dumps(found)
    for name, shape in found.get("components", {}).get("schemas", {}).items():
        if name.startswith("PageOut_"):
            text = text.replace(f'{name}"', f'{shape["title"]}"')
    named: dict[str, Any] = json.loads(text)
    return named


def _operations(api: FastAPI) -> list[list[str]]:
    raw = get_openapi(title="", version="", routes=api.routes)
    return [item.get("tags", []) for path in raw["paths"].values() for item in path.values()]


def _summarise(operation: dict[str, Any]) -> None:
    """Take the first line as the summary; a description that repeats it is read twice."""
    first, _, more = operation.pop("description", operation["summary"]).partition("\n")
    operation["summary"] = first.rstrip(".")
    if more.strip():
        operation["description"] = more.strip()


def _complete(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give an operation its summary, our shape of a wrong field, and examples."""
    _summarise(operation)
    bodies = list(operation["responses"].values())
    if "requestBody" in operation:
        bodies.append(operation["requestBody"])
    for body in bodies:
        for media in body.get("content", {}).values():
            if "HTTPValidationError" in media.get("schema", {}).get("$ref", ""):
                media["schema"] = _INVALID
            if "example" not in media and "examples" not in media:
                media["example"] = examples.example_of(media.get("schema", {}), schemas)
    for status, response in operation["responses"].items():
        said = examples.REFUSALS.get(status)
        media = response.get("content", {}).get("application/json", {})
        if said and isinstance(media.get("example"), dict):
            media["example"] = {**media["example"], **said}
