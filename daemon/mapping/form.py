"""The options that say what the rows of a source are, and what stands in their columns."""

from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from daemon.option_parts import FactColumns, columns_of

CaseField = Literal[
    "formerly",
    "holders",
    "excluded",
    "family",
    "team",
    "pathway",
    "born_on",
    "expected_on",
    "plan_held_by",
    "restricted",
    "looked_after",
]
MeetingField = Literal[
    "status",
    "direction",
    "scheduled_at",
    "ends_at",
    "held_on",
    "effective",
    "rearranged_to",
    "venue",
    "mode",
    "link",
    "enquiry_on",
    "plan",
    "target_on",
]
InviteeField = Literal[
    "agency",
    "area",
    "role",
    "person",
    "is_family",
    "key",
    "report_expected",
    "invited_at",
    "delivered",
    "response",
    "deputy_for",
    "attendance",
    "contact",
    "apart_from",
    "excluded_by_chair",
]
PlanField = Literal["started_on", "ended_on", "category", "review_target_on"]
ActionField = Literal["owner", "due_on"]
FIELDS = {
    "case": get_args(CaseField),
    "meeting": get_args(MeetingField),
    "invitee": get_args(InviteeField),
    "plan": get_args(PlanField),
    "action": get_args(ActionField),
}


class Form(BaseModel):
    """What each row of a query is, and what its columns mean. `ref` is the column of the case reference.

    With `meeting`, each row is a meeting of that kind: `id` is the column of its id, `fields` are
    the meeting's, and the facts stand on it. With `part` each row is a plan, an action, or an invitee
    of the meeting whose id stands in the column `of_meeting`. Otherwise fields and facts are the case's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ref: str | None = None
    meeting: str | None = None
    part: Literal["invitee", "plan", "action"] | None = None
    of_meeting: str | None = None
    id: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    roles: dict[str, str] = Field(default_factory=dict)
    facts: dict[str, str | FactColumns] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if self.meeting and self.part:
            raise ValueError("a row is either a meeting or a part; give `meeting` or `part`")
        if (self.of == "case") != (self.id is None):
            raise ValueError("`id` belongs to `meeting` or `part`; give both or neither")
        if (self.part == "invitee") != self.names_its_meeting:
            raise ValueError("`of_meeting` names the meeting of an invitee; give it with those")
        for field in self.fields:
            if field not in FIELDS[self.of]:
                raise ValueError(f"fields.{field} is no field of a {self.of}")
        return self

    @property
    def names_its_meeting(self) -> bool:
        """Whether a row says which meeting it is of."""
        return self.of_meeting is not None

    @property
    def of(self) -> str:
        """What each row is: a case, a meeting, an invitee, a plan or an action."""
        return self.part or ("meeting" if self.meeting else "case")

    def of_fact(self, name: str) -> FactColumns:
        """Return the columns of a fact."""
        return columns_of(self.facts[name])

    @property
    def columns(self) -> frozenset[str]:
        """Every column that is named."""
        facts = [self.of_fact(name) for name in self.facts]
        named = [self.ref, self.id, self.of_meeting, *self.fields.values(), *self.roles.values()]
        of_facts = (column for one in facts for column in (one.at, one.value, one.about))
        return frozenset(column for column in (*named, *of_facts) if column)
