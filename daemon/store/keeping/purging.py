"""What goes when its time is over: cases that no feed shows any more, the words of messages, old entries' words."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, delete, func, select, type_coerce

from daemon.domain.answer import FEED
from daemon.domain.obligation import State
from daemon.store.cases.answers import answers
from daemon.store.cases.cases import cases
from daemon.store.cases.conferences import conference_cases, conferences, numbers
from daemon.store.cases.fragments import fragments
from daemon.store.cases.silenced import silenced
from daemon.store.cases.waivers import waivers
from daemon.store.ground.columns import canonical
from daemon.store.ground.gateway import Gateway, batches
from daemon.store.journal.journal import journal
from daemon.store.people.people import links, promises
from daemon.store.telling.drafts import drafts
from daemon.store.telling.invitations import invitations, seats
from daemon.store.telling.obligations import obligations
from daemon.store.telling.outbox import deliveries, messages
from daemon.store.telling.queue import notices

BY_REF = (obligations, fragments, answers, numbers, silenced, seats, conference_cases, cases)
BY_OBLIGATION = (notices, promises, waivers, drafts, links)
LAST = "\U0010ffff"


class Purging(Gateway):
    """What can go, and its going. Holds are looked at by whoever asks."""

    def unseen(self, before: datetime) -> list[str]:
        """Return the cases that every feed has ceased to show before a moment."""
        c = fragments.c
        query = self._select(fragments, c.ref).where(c.feed != FEED).group_by(c.ref)
        all_gone = func.count(c.missing_since) == func.count()
        found = self._found(
            query.having(all_gone & (func.max(c.missing_since) < before)).order_by(c.ref)
        )
        return [ref for (ref,) in found]

    def still_open(self, refs: Collection[str]) -> set[str]:
        """Return those of some cases of which a duty is still open."""
        found: set[str] = set()
        c = obligations.c
        for batch in batches(refs):
            query = self._select(obligations, c.ref).where(c.ref.in_(batch), c.state == State.OPEN)
            found |= {ref for (ref,) in self._found(query.distinct())}
        return found

    def told_since(self, refs: Collection[str], moment: datetime) -> set[str]:
        """Return those of some cases of whose duties a message told that was made since a moment."""
        about, late = notices.c.obligation, messages.c.created_at >= moment
        lately = self._select(messages, messages.c.id).where(late)
        found = self._select(notices, func.count()).where(notices.c.message_id.in_(lately))
        return {
            ref
            for ref in refs
            if self._found(found.where(about >= f"{ref}/", about < f"{ref}/{LAST}"))[0][0]
        }

    def wordy(self, before: datetime) -> list[str]:
        """Return the messages from before a moment that are on no way any more and still have their words."""
        c = messages.c
        query = self._select(messages, c.id).where(c.created_at < before, c.look_at.is_(None))
        return [id_ for (id_,) in self._found(query.where(c.text != "").order_by(c.id))]

    def refs_of(self, ids: Collection[str]) -> dict[str, set[str]]:
        """Return which cases each message speaks of."""
        found: dict[str, set[str]] = {}
        for batch in batches(ids):
            query = self._select(notices, notices.c.message_id, notices.c.refs)
            for id_, refs in self._found(query.where(notices.c.message_id.in_(batch))):
                found.setdefault(id_, set()).update(refs)
        return found

    def blank(self, ids: Collection[str]) -> None:
        """Take the words out of messages; that they went, to whom and how stays."""
        for batch in batches(ids):
            change = self._update(messages).where(messages.c.id.in_(batch))
            self._change(change.values(subject="", text="", html=""))

    def old_entries(self, before: datetime) -> list[tuple[int, str, str, Mapping[str, Any]]]:
        """Return number, kind, subject and data of the sealed entries from before a moment that have their words."""
        c = journal.c
        query = self._select(journal, c.number, c.kind, c.about, c.data)
        query = query.where(c.at < before, c.number.is_not(None), c.about != "")
        return [tuple(row) for row in self._found(query.order_by(c.number))]

    def forget(self, refs: Collection[str]) -> dict[str, int]:
        """Take away everything of some cases but the journal's entries; return how many rows, by table."""
        count: dict[str, int] = {}
        for ref in refs:
            for name, many in self._forget(ref).items():
                count[name] = count.get(name, 0) + many
        return {name: many for name, many in count.items() if many}

    def _forget(self, ref: str) -> Mapping[str, int]:
        first = f"{ref}/"
        carried = self._select(notices, notices.c.message_id).where(
            notices.c.obligation >= first, notices.c.obligation < first + LAST
        )
        ids = {id_ for (id_,) in self._found(carried) if id_}
        uids = {
            uid
            for (uid,) in self._found(self._select(seats, seats.c.uid).where(seats.c.ref == ref))
        }
        own = conference_cases.c
        met = {
            id_
            for (id_,) in self._found(
                self._select(conference_cases, own.conference).where(own.ref == ref)
            )
        }
        count = {}
        for one in BY_OBLIGATION:
            its = one.c.obligation
            count[one.name] = self._delete(one, its >= first, its < first + LAST)
        count |= {one.name: self._delete(one, one.c.ref == ref) for one in BY_REF}
        left = self._left(ids, notices.c.message_id)
        for id_ in sorted(ids - left):
            self._delete(links, links.c.message_id == id_)
            self._delete(deliveries, deliveries.c.message == id_)
            count["messages"] = count.get("messages", 0) + self._delete(
                messages, messages.c.id == id_
            )
        for uid in sorted(uids - self._left(uids, seats.c.uid)):
            self._delete(invitations, invitations.c.uid == uid)
        for id_ in sorted(met - self._left(met, own.conference)):
            self._delete(conferences, conferences.c.id == id_)
        self._unlist(ref)
        return count

    def _unlist(self, ref: str) -> None:
        """Take a reference off the lists of notices that speak of others as well; those stay, a hold may be on them."""
        listed = type_coerce(notices.c.refs, Text).contains(canonical(ref), autoescape=True)
        query = self._select(notices, notices.c.refs).where(listed)
        for (refs,) in self._found(query.distinct()):
            left = tuple(one for one in refs if one != ref)
            self._change(self._update(notices).where(notices.c.refs == refs).values(refs=left))

    def _left(self, names: Collection[str], column: Any) -> set[str]:
        found: set[str] = set()
        for batch in batches(names):
            query = select(column).where(
                column.table.c.authority == self.authority, column.in_(batch)
            )
            found |= {name for (name,) in self._found(query)}
        return found

    def _delete(self, table: Table, *which: Any) -> int:
        return self._change(delete(table).where(table.c.authority == self.authority, *which))
