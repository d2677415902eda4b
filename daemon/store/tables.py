"""All tables together: what migrations are compared with."""

from daemon.store.answers import answers
from daemon.store.cases import cases
from daemon.store.columns import metadata
from daemon.store.conferences import conference_cases, conferences, numbers
from daemon.store.drafts import drafts
from daemon.store.editions import editions
from daemon.store.feeds import feeds, quarantine
from daemon.store.fragments import fragments
from daemon.store.holds import holds
from daemon.store.invitations import invitations, seats
from daemon.store.journal import journal, purged
from daemon.store.leases import leases, marks
from daemon.store.obligations import obligations
from daemon.store.outbox import deliveries, messages
from daemon.store.people import links, people, promises
from daemon.store.queue import notices
from daemon.store.rulebooks import rulebooks
from daemon.store.sessions import sessions
from daemon.store.silenced import silenced
from daemon.store.waivers import waivers
from daemon.store.words import words

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
