"""Who has signed in."""

from dataclasses import dataclass

CHAIRS = ("cp_chair", "independent_chair", "conference_chair", "crm", "duty_cp_chair")
RUNNING = ("cp_chair", "independent_chair", "conference_chair", "crm", "minute_taker")


@dataclass(frozen=True, slots=True)
class Who:
    """A signed-in person: `person` is their id in the directory, `roles` what their sign-in says they are.

    A role of the directory alone lets nobody decide anything: the organisation's sign-in must say so,
    or the case record must name them.
    """

    person: str
    roles: frozenset[str] = frozenset()
    team: str | None = None
