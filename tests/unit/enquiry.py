"""One enquiry, and how what follows from it stands."""

from datetime import datetime

from daemon.domain.facts import moment

ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02T15:10", "value": "section_47"},
}


def at(text):
    return moment(datetime.fromisoformat(text))[0]


def states(found):
    return {name: str(one.state) for name, one in found.items()}
