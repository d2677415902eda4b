"""The keys and closed lists of the input contract (DOMAIN section 2)."""

MODES = ("in_person", "virtual", "hybrid")
RESPONSES = ("none", "accepted", "tentative", "declined")
ATTENDANCES = ("present", "represented", "apologies", "absent")
CONTACTS = ("none", "task_only", "approved")
RECORD_KEYS = dict.fromkeys(
    [
        "ref",
        "formerly",
        "pathway",
        "family",
        "team",
        "restricted",
        "holders",
        "excluded",
        "looked_after",
        "plan_held_by",
        "born_on",
        "expected_on",
        "roles",
        "facts",
        "meetings",
        "plans",
        "actions",
        "as_known_at",
    ],
)
FACT_KEYS = dict.fromkeys(["at", "value", "about"])
MEETING_KEYS = dict.fromkeys(
    [
        "id",
        "kind",
        "number",
        "attempt",
        "status",
        "direction",
        "scheduled_at",
        "ends_at",
        "held_on",
        "effective",
        "rearranged_to",
        "dated_at",
        "brought_forward_at",
        "brought_forward_from",
        "venue",
        "mode",
        "facts",
        "invitees",
        "link",
        "enquiry_on",
        "plan",
        "target_on",
    ],
)
INVITEE_KEYS = dict.fromkeys(
    [
        "id",
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
        "deputy_named_at",
        "attendance",
        "contact",
        "apart_from",
        "excluded_by_chair",
        "facts",
    ],
)
PLAN_KEYS = dict.fromkeys(
    ["id", "started_on", "ended_on", "category", "facts", "review_target_on"],
)
ACTION_KEYS = dict.fromkeys(["id", "owner", "due_on", "facts"])
