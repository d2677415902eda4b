"""All tables together: what migrations are compared with."""

from daemon.store.cases.answers import answers
from daemon.store.cases.cases import cases
from daemon.store.cases.conferences import conference_cases, conferences, numbers
from daemon.store.cases.feeds import feeds, quarantine
from daemon.store.cases.fragments import fragments
from daemon.store.cases.silenced import silenced
from daemon.store.cases.waivers import waivers
from daemon.store.ground.columns import metadata
from daemon.store.ground.words import words
from daemon.store.journal.journal import journal, purged
from daemon.store.keeping.holds import holds
from daemon.store.leases import leases, marks
from daemon.store.people.people import links, people, promises
from daemon.store.people.sessions import sessions
from daemon.store.rules.editions import editions
from daemon.store.rules.rulebooks import rulebooks
from daemon.store.telling.drafts import drafts
from daemon.store.telling.invitations import invitations, seats
from daemon.store.telling.obligations import obligations
from daemon.store.telling.outbox import deliveries, messages
from daemon.store.telling.queue import notices

__all__ = [
    "answers",
    "cases",
    "conference_cases",
    "conferences",
    "deliveries",
    "drafts",
    "editions",
    "feeds",
    "fragments",
    "holds",
    "invitations",
    "journal",
    "leases",
    "links",
    "marks",
    "messages",
    "metadata",
    "notices",
    "numbers",
    "obligations",
    "people",
    "promises",
    "purged",
    "quarantine",
    "rulebooks",
    "seats",
    "sessions",
    "silenced",
    "waivers",
    "words",
]
