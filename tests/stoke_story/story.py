"""The whole story, from the suspicion of harm to fourteen months of a plan."""

from tests.stoke_story import conference, plan
from tests.stoke_story.stage import Stage

WHOLE = (
    conference.enquiry, conference.preparation, conference.failure, conference.second_attempt,
    plan.first_weeks, plan.first_review, plan.between_reviews, plan.second_review,
    plan.last_months, plan.to_fourteen_months,
)  # fmt: skip


def tell(on: Stage) -> None:
    """Have everything happen, in its order."""
    for part in WHOLE:
        part(on)
