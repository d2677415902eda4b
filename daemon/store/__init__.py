"""The only SQL: one authority's truth, in transactions."""

from daemon.store.cases import CaseRow
from daemon.store.conferences import ConferenceRow, Number
from daemon.store.drafts import DraftRow
from daemon.store.editions import EditionRow
from daemon.store.errors import (
    NO_FILES,
    NoFreeFiles,
    StoreConflict,
    StoreLost,
    StoreOutgrown,
    StoreSpoilt,
    StoreUnavailable,
)
from daemon.store.feeds import FeedState, Quarantined
from daemon.store.fragments import FragmentRow, StoredFragment
from daemon.store.holds import EVERYTHING, Hold
from daemon.store.journal import Entry, Verdict
from daemon.store.ledger import Queue
from daemon.store.lifecycle import check, create, upgrade, version_of
from daemon.store.lists import DueLine, JournalLine
from daemon.store.outside import KEPT_DAYS, Outside
from daemon.store.people import LinkRow
from daemon.store.rulebooks import RulebookRow
from daemon.store.sessions import SessionRow
from daemon.store.shadow import clear
from daemon.store.silenced import SilencedRow
from daemon.store.spoilt import Spoilt, apart
from daemon.store.store import FIRST_START, Store
from daemon.store.transaction import Summary, Tx
from daemon.store.waivers import WaiverRow

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
