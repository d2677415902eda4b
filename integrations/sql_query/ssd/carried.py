"""Every fact that the dataset can show, those of its meetings, plans and people included."""

CARRIED = frozenset({
    *("strategy_discussion_held", "s47_decision_recorded", "s47_concluded", "child_died"),
    *("icpc_scheduled", "icpc_held", "rcpc_scheduled", "rcpc_held", "plan_started", "plan_ended"),
    *("conference_decision_recorded", "review_decision_recorded"),
    *("child_date_of_birth", "birth_expected", "child_looked_after"),
    "child_family_assessment_completed",
})  # fmt: skip
