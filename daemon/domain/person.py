"""People who are told: what they hold, when they are there, and who else reads what reaches them."""

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Post:
    """One role that somebody holds, and where; `role` None: they are here then, and hold none.

    `team` None means the whole authority, `area` None every area that nobody else has. Both dates
    are London's and inside; None is open. `manager` is the id of this post's, where it is not the person's.
    """

    role: str | None = None
    team: str | None = None
    agency: str | None = None
    area: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    manager: str | None = None

    def is_held(self, day: date) -> bool:
        """Return whether it is held on that date."""
        has_begun = self.valid_from is None or self.valid_from <= day
        return has_begun and not self.has_ended(day)

    def has_ended(self, day: date) -> bool:
        """Return whether its last day lies before that date."""
        return self.valid_to is not None and self.valid_to < day


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff or a mailbox. `addresses` maps a channel word to an address.

    `absences` are pairs of the first and last whole day away; `works` are the weekdays (Monday is 0)
    of somebody part-time, empty for every one. `delegate` and `manager` are person ids.
    `opened_by` are ids or addresses of those who can open this mailbox. Never logged.
    """

    id: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    _: KW_ONLY
    posts: tuple[Post, ...] = ()
    manager: str | None = None
    absences: tuple[tuple[date, date], ...] = ()
    works: frozenset[int] = frozenset()
    delegate: str | None = None
    opened_by: frozenset[str] = frozenset()

    @property
    def roles(self) -> frozenset[str]:
        """Every role that they hold, have held or will hold."""
        return frozenset(post.role for post in self.posts if post.role)

    @property
    def marks(self) -> frozenset[str]:
        """Their id and addresses, in small letters: by what a record may name them."""
        return frozenset(name.casefold() for name in (self.id, *self.addresses.values()))

    def is_here(self, day: date) -> bool:
        """Return whether they hold anything on that date; a leaver does not, nor who has yet to begin."""
        return not self.posts or any(post.is_held(day) for post in self.posts)

    def team_on(self, day: date) -> str | None:
        """Return the team that they belong to on that date; None where they hold nothing in one."""
        return next((post.team for post in self.posts if post.team and post.is_held(day)), None)

    def is_away(self, day: date) -> bool:
        """Return whether the directory says that they are absent on that London date."""
        return any(first <= day <= last for first, last in self.absences)

    def is_off(self, day: date) -> bool:
        """Return whether they are part-time and do not work on that weekday; a weekend is nobody's."""
        weekday = day.weekday()
        return bool(self.works) and weekday < SATURDAY and weekday not in self.works


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role is looked for: one case's team, and for partners an agency and area."""

    team: str | None = None
    agency: str | None = None
    area: str | None = None


def holders_among(
    people: Iterable[Person], role: str, scope: Scope, day: date | None = None
) -> list[Person]:
    """Return a role's holders in the scope's team, else those of the whole authority.

    What the scope leaves open is not asked about. `day`: only who holds it on that date.
    """
    held = [
        (person, post)
        for person in people
        for post in person.posts
        if post.role == role
        and (day is None or post.is_held(day))
        and scope.agency in (None, post.agency)
        and scope.area in (None, post.area)
    ]
    own = [one for one in held if scope.team is not None and one[1].team == scope.team]
    found = own or [one for one in held if one[1].team is None]
    return list({person.id: person for person, _ in found}.values())
