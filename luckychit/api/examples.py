"""Makes an example of a schema out of the examples of its fields."""

from typing import Any

REFUSALS: dict[str, dict[str, str]] = {
    "400": {"code": "api.not_json", "message": "This could not be read as JSON."},
    "401": {"code": "users.sign_in_needed", "message": "Please sign in."},
    "403": {"code": "core.not_allowed", "message": "That is not yours to do."},
    "404": {"code": "core.not_found", "message": "We could not find that."},
    "409": {
        "code": "wallet.insufficient_funds",
        "message": "There is not enough money in your wallet.",
    },
    "413": {"code": "api.too_large", "message": "That is more than this address takes."},
    "415": {
        "code": "api.not_json_media",
        "message": "Please send it as application/json.",
    },
    "422": {"code": "input.invalid", "message": "Please check the marked fields."},
    "429": {
        "code": "core.too_many_tries",
        "message": "Too many tries. Please wait 30 seconds.",
    },
    "502": {
        "code": "core.provider_failed",
        "message": "A service we rely on did not answer. Please try again later.",
    },
    "503": {
        "code": "core.busy",
        "message": "Somebody else is changing this right now. Please try again.",
    },
}
_OF_FORMAT = {
    "uuid": "01941e0c-4d1c-7b3e-9c57-1f2a3b4c5d6e",
    "date": "2027-01-05",
    "date-time": "2027-01-05T12:30:00.000Z",
}
_REF = "#/components/schemas/"


def example_of(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """Return a value that fits ``schema``.

    Args:
        schema: As pydantic writes it.
        schemas: The components that it may name.
    """
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].removeprefix(_REF)], schemas)
    for said in ("examples", "enum"):
        if said in schema:
            return schema[said][0]
    for said in ("example", "const"):
        if said in schema:
            return schema[said]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return example_of(schema[several][0], schemas)
    return _of_type(schema, schemas)


def _of_type(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return {
            name: example_of(field, schemas) for name, field in schema.get("properties", {}).items()
        }
    if kind == "array":
        return [example_of(schema.get("items", {}), schemas)]
    if kind == "string":
        return schema.get("default", _OF_FORMAT.get(schema.get("format", ""), ""))
    if kind in {"integer", "number"}:
        least = schema.get("default", schema.get("minimum", 0))
        # The least of a whole number is written as 0.0 there, which a strict field is not.
        return int(least) if kind == "integer" else least
    return False if kind == "boolean" else None
