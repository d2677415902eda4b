"""What an authority sets for a REST source: where it is, how we prove ourselves, and what its rows mean."""

import ipaddress
import re
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from daemon.domain.secret import is_loopback, plain_proxy
from daemon.mapping.form import Form
from daemon.option_paths import FileBeside, SecretFile
from integrations.rest_api import paths

HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
OURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "accept-encoding"})
CASE_REF, MEETING_ID = "(its case)", "(its meeting)"  # columns that the row around a row gives
CHILD_REF = "$.la_child_id"


def address(url: str) -> str:
    """Return an address; raises ValueError unless only TLS, or this machine, sees what is read."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("this is no address; write https://HOST/PATH") from None
    if not host or parts.scheme not in ("http", "https"):
        raise ValueError("this is no address; write https://HOST/PATH")
    if parts.scheme != "https" and not is_loopback(host):
        raise ValueError("this is no https:// address; children's data goes by TLS alone")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("this has a login, a query or a fragment in it; leave them out")
    if is_nowhere(host):
        raise ValueError("nobody may answer at this address; name the source's own host")
    return url.rstrip("/")


def is_nowhere(host: str) -> bool:
    """Return whether a host is an address that no source has: of a machine's own provider, or of many."""
    try:
        found = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return found.is_link_local or found.is_multicast or found.is_unspecified


Address = Annotated[str, AfterValidator(address)]


class Key(BaseModel):
    """A key that stands in a header of every request; `prefix` stands before it, as `Bearer`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: SecretFile
    header: str = "Authorization"
    prefix: str = ""

    @field_validator("header")
    @classmethod
    def _is_a_header(cls, header: str) -> str:
        if not HEADER.fullmatch(header) or header.casefold() in OURS:
            raise ValueError("this is no header for a key; write Authorization or X-Api-Key")
        return header


class OAuth2(BaseModel):
    """Client credentials: a token is asked for at `token_url` and kept until it ends.

    `credentials` says where our id and secret stand: in the `header` (basic), or in the `body`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    token_url: Address
    client_id: str
    secret_file: SecretFile
    scope: str | None = None
    audience: str | None = None
    credentials: Literal["header", "body"] = "header"


class Paging(BaseModel):
    """How the next page is found.

    `next_link`: its address stands at the path `at` of a page. `link_header`: in the header Link.
    `page_number`: `parameter` counts from `first` until a page is empty. `cursor`: what stands at the
    path `at` is handed back in `parameter`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["next_link", "link_header", "page_number", "cursor"]
    at: paths.Path | None = None
    parameter: str | None = None
    first: int = Field(default=1, ge=0)

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> Self:
        if (self.at is not None) != (self.kind in ("next_link", "cursor")):
            raise ValueError("`at` belongs to next_link and cursor; give it with those alone")
        if (self.parameter is not None) != (self.kind in ("page_number", "cursor")):
            raise ValueError(
                "`parameter` belongs to page_number and cursor; give it with those alone"
            )
        return self


class Query(Form):
    """One list of rows: at `rows` of what `path` below the address answers, or of each row of `within`.

    What is said of a column is a path into the row. A row whose `purge` says yes has been withdrawn.
    With `preset` each row is a child in the DfE's shape, and `ref` alone may be said otherwise;
    `no_conference_is_said` where a no to whether one is required is never what an empty field is sent as.
    """

    path: str | None = None
    parameters: dict[str, str] = Field(default_factory=dict)
    rows: paths.Path = "$"
    within: str | None = None
    purge: paths.Path | None = None
    preset: Literal["dfe_csc"] | None = None
    no_conference_is_said: bool = False

    @field_validator("path")
    @classmethod
    def _stays_below(cls, path: str | None) -> str | None:
        if path is not None and (re.search(r"[?#\s\\]|//|\.\.|:", path) or not path.isprintable()):
            raise ValueError("this is no path below the address; write children/changed")
        return path

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if (self.path is None) == (self.within is None):
            raise ValueError("rows stand in an answer or in other rows; give `path` or `within`")
        if self.within is not None and (self.ref is not None or self.parameters):
            raise ValueError("`ref` and `parameters` belong to the query that it is within")
        if self.preset and (
            self.fields or self.facts or self.roles or self.purge or self.of != "case"
        ):
            raise ValueError("the preset says what its fields mean; give `ref` alone beside it")
        if self.no_conference_is_said and not self.preset:
            raise ValueError("no_conference_is_said belongs to the preset; leave it out")
        if self.within is None and self.ref is None and self.preset is None:
            raise ValueError("`ref` is missing; give the path of the case reference in a row")
        for column in self.columns:
            paths.checked(column)
        return self

    @property
    def names_its_meeting(self) -> bool:
        """Whether a row says which meeting it is of, or stands within one."""
        return self.of_meeting is not None or (self.part == "invitee" and self.within is not None)

    @property
    def form(self) -> Form:
        """What a row is, with what the row around it gives."""
        given = self.model_dump(include=set(Form.model_fields))
        given["ref"] = CASE_REF if self.within else self.ref or CHILD_REF
        if self.part == "invitee" and self.of_meeting is None:
            given["of_meeting"] = MEETING_ID
        return Form.model_validate(given)


class Config(BaseModel):
    """The options of a `rest_api` feed.

    `updated_since` is the parameter that asks for what has changed alone; everything is read anew
    each `whole_every_s`. `as_known` is the path of up to when an answer is known. A single answer
    ends after `answer_within_s`, the whole reading after `timeout_s`; `pause_s` stands between pages.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Address
    queries: dict[str, Query]
    key: Key | None = None
    oauth2: OAuth2 | None = None
    paging: Paging | None = None
    updated_since: str | None = None
    overlap_s: float = Field(default=600, ge=0)
    whole_every_s: float = Field(default=86_400, gt=0)
    as_known: paths.Path | None = None
    timeout_s: float = Field(default=120, gt=0, le=3600)
    answer_within_s: float = Field(default=30, gt=0)
    pause_s: float = Field(default=0, ge=0)
    pages_most: int = Field(default=1000, gt=0)
    page_most_bytes: int = Field(default=20_000_000, gt=0)
    whole_most_bytes: int = Field(default=500_000_000, gt=0)
    proxy: Annotated[str | None, AfterValidator(plain_proxy)] = None
    ca_file: FileBeside | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.queries:
            raise ValueError("what is read is given by `queries`; give one")
        if self.key and self.oauth2:
            raise ValueError("we prove ourselves by `key` or by `oauth2`; give one of them")
        for name, one in self.queries.items():
            if one.within is not None:
                self._stands_within(name, one)
        asked = [one for one in self.queries.values() if one.within is None]
        if self.updated_since and (len(asked) > 1 or asked[0].of != "case"):
            raise ValueError(
                "updated_since needs one query, whose rows are whole cases: of what stands elsewhere "
                "a change would hide the rest"
            )
        return self

    def _stands_within(self, name: str, one: Query) -> None:
        around = self.queries.get(one.within or "")
        if around is None or around.preset or around.of not in ("case", "meeting"):
            raise ValueError(f"queries.{name}.within names no query of cases or meetings")
        if around.of == "meeting" and one.of_meeting is None and one.part != "invitee":
            raise ValueError(f"queries.{name}: within a meeting stand invitees alone")
        if one.part == "invitee" and one.of_meeting is None and around.of != "meeting":
            raise ValueError(f"queries.{name}: `of_meeting` names the meeting of an invitee")
        seen = {name}
        while one.within is not None:
            if one.within in seen:
                raise ValueError(f"queries.{name}.within goes in circles")
            seen.add(one.within)
            one = self.queries[one.within]
