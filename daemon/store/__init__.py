"""The only SQL: one authority's truth, in transactions."""

from daemon.store.cases.cases import CaseRow
from daemon.store.cases.conferences import ConferenceRow, Number
from daemon.store.cases.feeds import FeedState, Quarantined
from daemon.store.cases.fragments import FragmentRow, StoredFragment
from daemon.store.cases.silenced import SilencedRow
from daemon.store.cases.waivers import WaiverRow
from daemon.store.ground.errors import (
    NO_FILES,
    NoFreeFiles,
    StoreConflict,
    StoreLost,
    StoreOutgrown,
    StoreSpoilt,
    StoreUnavailable,
)
from daemon.store.ground.spoilt import Spoilt, apart
from daemon.store.journal.journal import Entry, Verdict
from daemon.store.keeping.holds import EVERYTHING, Hold
from daemon.store.lifecycle import check, create, upgrade, version_of
from daemon.store.looking.ledger import Queue
from daemon.store.looking.lists import DueLine, JournalLine
from daemon.store.outside import KEPT_DAYS, Outside
from daemon.store.people.people import LinkRow
from daemon.store.people.sessions import SessionRow
from daemon.store.rules.editions import EditionRow
from daemon.store.rules.rulebooks import RulebookRow
from daemon.store.shadow import clear
from daemon.store.store import FIRST_START, Store
from daemon.store.telling.drafts import DraftRow
from daemon.store.transaction import Summary, Tx

__all__ = [
    "EVERYTHING",
    "FIRST_START",
    "KEPT_DAYS",
    "NO_FILES",
    "CaseRow",
    "ConferenceRow",
    "DraftRow",
    "DueLine",
    "EditionRow",
    "Entry",
    "FeedState",
    "FragmentRow",
    "Hold",
    "JournalLine",
    "LinkRow",
    "NoFreeFiles",
    "Number",
    "Outside",
    "Quarantined",
    "Queue",
    "RulebookRow",
    "SessionRow",
    "SilencedRow",
    "Spoilt",
    "Store",
    "StoreConflict",
    "StoreLost",
    "StoreOutgrown",
    "StoreSpoilt",
    "StoreUnavailable",
    "StoredFragment",
    "Summary",
    "Tx",
    "Verdict",
    "WaiverRow",
    "apart",
    "check",
    "clear",
    "create",
    "upgrade",
    "version_of",
]
