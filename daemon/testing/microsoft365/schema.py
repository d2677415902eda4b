"""Whether a request is one that Microsoft Graph publishes: its path, its method, its options, its body."""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

ANNOTATION = r"^(.*@)?odata\."
FORMATS = frozenset({"date", "date-time", "uuid"})
PARAMETER = re.compile(r"\\\{[^/]+?\\\}")
ITEM_PATH = re.escape("{item-path}")  # of a file in a library: it has folders in it
PARTS = ("graph.json", "sharepoint.json")


class Unserved(Exception):
    """No such path, or not with this method; `status` is 404 or 405."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@cache
def published() -> dict[str, Any]:
    """Return the published description of the service."""
    parts = [json.loads(files(__package__).joinpath(one).read_text("utf-8")) for one in PARTS]
    schemas = {name: one for part in parts for name, one in part["components"]["schemas"].items()}
    paths = {name: one for part in parts for name, one in part["paths"].items()}
    return {"paths": paths, "components": {"schemas": schemas}}


def mistakes(method: str, path: str, options: Mapping[str, str], body: Any) -> list[str]:
    """Return what is wrong with a request, a line each; raises Unserved.

    Args:
        path: below the version, decoded, as `/users/ann@council.example/messages`.
        options: what stands behind the question mark; "$"-words and names alike.
        body: the JSON value, None where there was none.
    """
    name = route(path)
    operation = published()["paths"][name].get(method.lower())
    if operation is None:
        raise Unserved(405)
    known = {one["name"]: one for one in operation.get("parameters", ()) if one["in"] == "query"}
    found = [f"{one}: no such option" for one in options if one not in known]
    if not {"$deltatoken", "$skiptoken"} & options.keys():
        found += [
            f"{one}: is missing"
            for one, told in known.items()
            if told.get("required") and one not in options
        ]
    if "requestBody" not in operation:
        return found + (["a body where none belongs"] if body not in (None, {}) else [])
    check = validator(name, method.lower())
    own: Mapping[str, Any] = check.schema if isinstance(check.schema, dict) else {}
    if isinstance(body, dict) and "properties" in own:  # an action's: its names in any case
        spelt = {one.lower(): one for one in own["properties"]}
        body = {spelt.get(key.lower(), key): value for key, value in body.items()}
    return found + [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:160]}"
        for error in check.iter_errors(body)
    ]


def route(path: str) -> str:
    """Return the published path that a path is one of; raises Unserved."""
    for pattern, name in routes():
        if pattern.fullmatch(path):
            return name
    raise Unserved(404)


@cache
def routes() -> list[tuple[re.Pattern[str], str]]:
    """Return a pattern for each published path."""
    return [
        (re.compile(PARAMETER.sub("[^/]+", plain).replace(r"\(\)", r"(\(\))?")), name)
        for name in published()["paths"]
        for plain in [re.escape(name).replace(ITEM_PATH, ".+")]
    ]


def mistakes_told(method: str, path: str, told: Any) -> list[str]:
    """Return what is wrong with an answer of our own to a request that was taken."""
    answers = published()["paths"][route(path)][method.lower()]["responses"]["200"]
    check = validator_of(json.dumps(answers["content"]["application/json"]["schema"]))
    return [
        f"our answer: {'/'.join(map(str, error.absolute_path))}: {error.message[:160]}"
        for error in check.iter_errors(told)
    ]


@cache
def validator(name: str, method: str) -> Draft202012Validator:
    """Return what checks the body of one operation."""
    described = published()["paths"][name][method]["requestBody"]
    return validator_of(json.dumps(described["content"]["application/json"]["schema"]))


@cache
def validator_of(described: str) -> Draft202012Validator:
    """Return what checks a value by its published description."""
    schemas = {key: strict(one) for key, one in published()["components"]["schemas"].items()}
    return Draft202012Validator(
        {**strict(json.loads(described)), "components": {"schemas": schemas}},
        format_checker=FormatChecker(),
    )


def strict(schema: Any) -> Any:
    """Return the JSON Schema of an OpenAPI one, with objects that take no unknown field.

    OData calls some types open; Outlook refuses what it does not know all the same.
    """
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        key: strict(value)
        for key, value in schema.items()
        if key not in ("nullable", "discriminator")
        and not (key == "format" and isinstance(value, str) and value not in FORMATS)
    }
    if found.get("type") == "object" and "properties" in found:
        found = {"additionalProperties": False, "patternProperties": {ANNOTATION: {}}} | found
    if "discriminator" in schema:
        found = by_kind(found, schema["discriminator"]["mapping"])
    return {"anyOf": [found, {"type": "null"}]} if schema.get("nullable") else found


def by_kind(schema: dict[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return a schema that holds a value which names its kind against that kind's own."""
    chosen = [
        {"if": {"properties": {"@odata.type": {"const": kind}}}, "then": {"$ref": place}}
        for kind, place in kinds.items()
    ]
    return {
        "if": {"required": ["@odata.type"]},
        "then": {"allOf": chosen, "properties": {"@odata.type": {"enum": list(kinds)}}},
        "else": schema,
    }
