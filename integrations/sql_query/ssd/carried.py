"""Every fact that the dataset can show, those of its meetings, plans and people included."""

OF_MEETINGS = frozenset({  # what a meeting shows by being booked, called off or held
    *("strategy_discussion_scheduled", "strategy_discussion_held", "icpc_scheduled", "icpc_held"),
    *("rcpc_scheduled", "rcpc_called_off", "rcpc_held", "core_group_scheduled", "core_group_held"),
    *("midpoint_review_recorded", "cin_plan_reviewed", "partnership_supervision_held"),
    *("family_group_conference_held", "receiving_conference_held"),
})  # fmt: skip
CARRIED = frozenset({
    *("strategy_discussion_held", "s47_decision_recorded", "s47_concluded", "child_died"),
    *("icpc_scheduled", "icpc_held", "rcpc_scheduled", "rcpc_held", "plan_started", "plan_ended"),
    *("conference_decision_recorded", "review_decision_recorded"),
    *("child_date_of_birth", "birth_expected", "child_looked_after"),
    "child_family_assessment_completed",
})  # fmt: skip
