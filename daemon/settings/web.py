"""The tables of the settings that are about the web: where pages are served, and how people sign in."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from daemon.domain.admission import Admission
from daemon.domain.errors import Problem, Refusal
from daemon.domain.oidc import issuer
from daemon.domain.secret import others_may_read
from daemon.settings.table import Duration, Table, Word
from daemon.settings.written import is_on_this_machine, listener, page_address, web_address

LONGEST_SESSION = timedelta(hours=24)


class SignIn(Table):
    """Who says who somebody is: an OpenID Connect provider, and what we take from its claims."""

    issuer: Annotated[str, AfterValidator(issuer)]
    """The provider's own address, as it names itself."""
    client_id: Word
    """Our id there, from the app's registration."""
    client_secret_file: Path
    """The file of the secret that shows the provider that it is us."""
    scopes: tuple[Word, ...] = ("openid", "profile", "email")
    """What the provider is asked to say; `openid` is needed."""
    person_claims: Annotated[tuple[Word, ...], Field(min_length=1)] = (
        "preferred_username",
        "email",
    )
    """The first of these claims that is there names the person, by id or address of the directory."""
    roles_claim: Word = "roles"
    """The claim that lists somebody's roles or groups."""
    roles: Annotated[Mapping[Word, Word], Field(min_length=1)]
    """What the provider calls a role or group, and which role of ours that is; nothing else gives one."""
    team_claim: Word | None = None
    """The claim that names the team, in place of the directory."""
    ends_after: Duration = timedelta(hours=8)
    """When a session ends, counted from its beginning: a day at most."""
    idle: Duration = timedelta(hours=1)
    """When a session ends that nobody has used."""

    def admission(self) -> Admission:
        """Return what we take from the provider's claims."""
        return Admission(
            self.roles, self.person_claims, self.roles_claim, self.team_claim,
            self.ends_after, self.idle,
        )  # fmt: skip

    def secret(self) -> str:
        """Return what shows the provider that it is us; raises Refusal where others may read it, too."""
        file = self.client_secret_file
        try:
            is_open = others_may_read(file)
            found = file.read_text("ascii").strip()
        except (OSError, UnicodeError):
            what = "the secret for sign-in cannot be read"
            raise Refusal(
                Problem(str(file), what, "put the provider's client secret into it")
            ) from None
        if is_open:
            what = "others may read the secret for sign-in"
            raise Refusal(Problem(str(file), what, f"run: chmod 600 {file}"))
        if not found:
            what = "there is no secret for sign-in in it"
            raise Refusal(Problem(str(file), what, "put the provider's client secret into it"))
        return found

    @model_validator(mode="after")
    def last(self) -> Self:
        """Refuse what could sign nobody in, or for longer than a day."""
        if "openid" not in self.scopes:
            raise ValueError('scopes lack "openid"; without it the provider says nobody\'s name')
        if self.ends_after > LONGEST_SESSION:
            raise ValueError("ends_after is longer than a day; people sign in every day")
        if self.idle > self.ends_after:
            raise ValueError("idle is longer than ends_after; make it the shorter of the two")
        return self


class Web(Table):
    """Where pages are served, and the public address that links begin with."""

    listen: Annotated[str, AfterValidator(listener)] = "127.0.0.1:8700"
    """The interface and port; what ends TLS stands before it."""
    address: Annotated[str, AfterValidator(web_address)] = "http://127.0.0.1:8700"
    """The public address; `https` where people sign in."""
    secret_file: Path = Path("state/link.key")
    """The key that signs links; it is made at the first start. The key that signs evidence lies beside it."""
    rehearsals: Path = Path("state/rehearsals")
    """The folder in which rehearsals are kept, for the console."""
    accessibility_statement: Annotated[str, AfterValidator(page_address)] | None = None
    """The page of the authority's own statement, to which every page leads; without it, `/accessibility` of ours."""
    sign_in: SignIn | None = None

    @property
    def is_https(self) -> bool:
        """The public address is https: cookies never cross a network in the clear."""
        return self.address.startswith("https://")

    @property
    def host(self) -> str:
        """The interface to listen on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port to listen on; 0 lets the system choose."""
        return int(self.listen.rpartition(":")[2])

    @model_validator(mode="after")
    def keep_cookies_safe(self) -> Self:
        """Refuse sign-in where its cookies would cross a network in the clear."""
        is_safe = self.is_https or is_on_this_machine(urlsplit(self.address).hostname)
        if self.sign_in and not is_safe:
            raise ValueError("address begins with http, and people sign in; make it https")
        return self

    def beside(self, folder: Path) -> "Web":
        """Return the table with its files looked for in that folder."""
        found: dict[str, object] = {
            "secret_file": folder / self.secret_file,
            "rehearsals": folder / self.rehearsals,
        }
        if self.sign_in:
            file = folder / self.sign_in.client_secret_file
            found["sign_in"] = self.sign_in.model_copy(update={"client_secret_file": file})
        return self.model_copy(update=found)
