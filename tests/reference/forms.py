"""How a value of the settings is written, in plain words, from the type that reads it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import AfterValidator, BaseModel, BeforeValidator
from pydantic.fields import FieldInfo

from daemon.domain import oidc, secret
from daemon.settings import audit, retention, traces, written

READ = {  # what a reader of ours takes, with an example where the form is not plain
    written.slug: "a word of small letters, digits and hyphens",
    written.feed_name: "a word of small letters, digits and hyphens",
    written.mail_address: "a mail address",
    written.mail_domain: "a mail domain",
    written.web_address: "a web address",
    written.listener: "`HOST:PORT`",
    written.broker_address: "`memory`, or the address of a Redis",
    written.duration: 'a length of time, as `"4 hours"`',
    written.working_days: 'working days, as `"1 working day"`',
    written.escalations: 'a whole number above 0, or `"off"`',
    written.hours: 'hours, as `"09:00-17:00"`',
    audit.clock_time: 'a time of day, as `"08:30"`',
    audit.host_name: "the name of a host",
    secret.plain_proxy: "`http://HOST:PORT`",
    traces.collector: "an https address",
    oidc.issuer: "an https address",
    retention.months: 'months or years, as `"24 months"`',
}
UNITS = {"_s": "seconds", "_days": "days"}
PLAIN = {
    str: "text", Path: "a path", bool: "`true` or `false`", date: "a day, as `2026-12-29`",
    int: "a whole number", float: "a number", Any: "what the adapter takes",
}  # fmt: skip


def form_of(name: str, field: FieldInfo) -> str:
    """Return how the value of a field is written, with its unit where a number's name says it. Raises KeyError."""
    form = _form(field.annotation, field.metadata)
    unit = next((word for end, word in UNITS.items() if name.endswith(end)), "")
    return f"{unit}: {form}" if unit and "number" in form else form


def _form(kind: Any, metadata: Any = ()) -> str:
    read = next(
        (READ[one.func] for one in metadata
         if isinstance(one, AfterValidator | BeforeValidator) and one.func in READ),
        None,
    )  # fmt: skip
    if read:
        return read
    if get_origin(kind) is Annotated:
        return _form(get_args(kind)[0], kind.__metadata__)
    if get_origin(kind) in (Union, UnionType):
        (real,) = [one for one in get_args(kind) if one is not type(None)]
        return _form(real, metadata)
    if get_origin(kind) is Literal:
        return " or ".join(f"`{one}`" for one in get_args(kind))
    if get_origin(kind) is tuple:
        return f"a list, each {_form(get_args(kind)[0])}"
    if get_origin(kind) in (Mapping, dict):
        names, values = get_args(kind)
        return f"a table: {_form(names)} = {_form(values)}"
    return PLAIN[kind] + _bounds(metadata)


def _bounds(metadata: Any) -> str:
    least = next((f"{one.ge:g} or more" for one in metadata if isinstance(one, Ge)), "")
    least = next((f"above {one.gt:g}" for one in metadata if isinstance(one, Gt)), least)
    most = next((f"at most {one.le:g}" for one in metadata if isinstance(one, Le)), "")
    most = next((f"below {one.lt:g}" for one in metadata if isinstance(one, Lt)), most)
    said = ", ".join(filter(None, (least, most)))
    return f", {said}" if said else ""


def table_in(kind: Any) -> tuple[type[BaseModel], bool] | None:
    """Return the table that a field is, and whether there may be several with names; None where it is a value."""
    for part in get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part, False
        if get_origin(part) is Mapping:
            one = get_args(part)[-1]
            if isinstance(one, type) and issubclass(one, BaseModel):
                return one, True
    return None
