"""The columns of each list that goes out, by what it shows."""

from collections.abc import Mapping

from daemon.domain.parts import Shows

HEADINGS: Mapping[Shows, tuple[str, ...]] = {
    Shows.CONFERENCES: ("Case", "Meeting", "When", "Where it stands"),
    Shows.ATTENDEES: ("Case", "Meeting", "When", "From your agency"),
    Shows.DUE: ("Case", "What", "Due", "Time left"),
    Shows.OVERDUE: ("Case", "What", "Was due", "Overdue by"),
    Shows.APPROVALS: ("Case", "Question", "Answer due", "Time left"),
}
