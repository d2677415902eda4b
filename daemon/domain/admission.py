"""By which words of the provider's people come in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Admission:
    """What an authority takes from a provider's claims, and for how long it stands.

    The first of `person_claims` that is there names the person. `roles` maps the provider's words
    to ours. Without a `team_claim` the directory says the team.
    """

    roles: Mapping[str, str]
    person_claims: tuple[str, ...] = ("preferred_username", "email")
    roles_claim: str = "roles"
    team_claim: str | None = None
    ends_after: timedelta = timedelta(hours=8)
    idle: timedelta = timedelta(hours=1)
