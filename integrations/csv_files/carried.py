"""Every fact that the sheets can show, those of held and booked meetings included."""

from integrations.csv_files.diary import MILESTONES
from integrations.csv_files.invitees import (
    AGENCY_REPORT_FACTS,
    REPORT_FACTS,
    REVIEW_REPORT_FACTS,
)
from integrations.csv_files.meetings import INITIAL_DECISION, MEETING_FACTS, REVIEW_DECISION

CARRIED = frozenset({
    *MEETING_FACTS.values(),
    *MILESTONES.values(),
    *REPORT_FACTS,
    *REVIEW_REPORT_FACTS,
    *AGENCY_REPORT_FACTS,
    *(INITIAL_DECISION[0], REVIEW_DECISION[0]),
    *("strategy_discussion_held", "icpc_scheduled", "icpc_held", "icpc_not_required"),
    *("rcpc_scheduled", "rcpc_held", "core_group_scheduled", "core_group_held"),
    "core_group_pack_sent",
})  # fmt: skip
