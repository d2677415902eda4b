"""Every fact that the dataset can show, those of its meetings, plans and people included.

That a conference is booked it never shows, and in most systems a conference has no row before it is held: a
missing one says nothing (FEEDS 1.1, and 1.3, consequence b).
"""

CARRIED = frozenset({
    *("strategy_discussion_held", "s47_decision_recorded", "s47_concluded", "child_died"),
    *("icpc_held", "rcpc_held", "plan_started", "plan_ended"),
    *("conference_decision_recorded", "review_decision_recorded"),
    *("child_date_of_birth", "birth_expected", "child_looked_after"),
    "child_family_assessment_completed",
})  # fmt: skip
