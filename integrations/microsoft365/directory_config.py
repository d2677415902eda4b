"""What the directory of microsoft365 must be told: which group holds which role, and who stands in for whom."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from daemon.domain.mail import parse_address
from integrations.microsoft365.config import Connection

Address = Annotated[str, AfterValidator(parse_address)]
Word = Annotated[str, Field(min_length=1)]


class Group(BaseModel):
    """A group of the tenant, and the post that each of its members holds; nested groups are looked into.

    `is_mailboxes`: its members are shared mailboxes, whose accounts are switched off; of people such
    an account is a leaver's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
    role: Word
    team: Word | None = None
    agency: Word | None = None
    area: Word | None = None
    is_mailboxes: bool = False


class DirectoryConfig(Connection):
    """Options of the directory. `mailbox`: by whose rights automatic replies and calendars are asked for.

    `deputies` are addresses, of who stands in for whom; with `manager_stands_in` that is the manager
    for everybody else. `groups_every_min` is how often groups and managers are read, `days_ahead` how
    far calendars are looked into for whole days away, 0 for not at all. `wait_s` is how long a reading
    is waited for before the last one stands.
    """

    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    mailbox: Address | None = None
    deputies: Mapping[Address, Address] = {}
    manager_stands_in: bool = False
    groups_every_min: int = Field(default=60, ge=5, le=24 * 60)
    days_ahead: int = Field(default=0, ge=0, le=60)
    wait_s: float = Field(default=5, gt=0, le=120)

    @property
    def groups_every(self) -> timedelta:
        """How often groups and managers are read."""
        return timedelta(minutes=self.groups_every_min)

    @model_validator(mode="after")
    def ask_by_a_mailbox(self) -> Self:
        """Refuse to look into calendars by nobody's rights."""
        if self.days_ahead and self.mailbox is None:
            raise ValueError("days_ahead needs a mailbox by whose rights calendars are asked for")
        return self
