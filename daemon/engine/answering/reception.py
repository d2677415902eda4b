"""The reception: who comes in by a provider's word, who is in, and who has left."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from daemon.decide.people.admission import Denied, roles_of, whose, words_of
from daemon.domain.admission import Admission
from daemon.domain.link import hash_of
from daemon.domain.times import day_of
from daemon.domain.who import Who
from daemon.store import SessionRow, Store, Tx

ID_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)  # how exactly it is known when a session was last used
KEPT = timedelta(days=1)  # what is over is remembered for longer than any attempt lasts
VERIFIED = "email_verified"


class Entry(NamedTuple):
    """What came of a sign-in: the id of the session, or why there is none."""

    id: str
    denied: Denied | None = None


class Reception:
    """Lets people in and out. Nobody is in but by a row of the store."""

    def __init__(self, store: Store, admission: Admission) -> None:
        self.store, self.admission = store, admission

    def admit(self, claims: Mapping[str, object], attempt: str, now: datetime) -> Entry:
        """Return a new session for whom these claims name, or why there is none.

        The claims must have been checked: signed by the provider, for us, and for this attempt.
        """
        with self.store.write() as tx:
            return self._admit(tx, claims, attempt, now)

    def who(self, id: str, now: datetime) -> Who | None:
        """Return who is signed in; nobody where the session is over or they have left the directory."""
        with self.store.read() as tx:
            row = tx.sessions.get(hash_of(id))
            person = tx.people.get(row.person) if row else None
        if row is None or row.ends_at <= now or row.seen_at + self.admission.idle <= now:
            return None
        if person is None or not person.is_here(day_of(now)):
            with self.store.write() as tx:
                if tx.sessions.end_all(now, row.person):
                    self._note_end(tx, row.person, "has left the directory", now)
            return None
        if row.seen_at + SEEN_EVERY <= now:
            with self.store.write() as tx:
                tx.sessions.see(row.id_hash, now)
        team = row.team if self.admission.team_claim else person.team_on(day_of(now))
        return Who(person.id, frozenset(row.roles), team)

    def leave(self, id_hash: str, now: datetime) -> None:
        """End a session; one that is over stays so."""
        with self.store.write() as tx:
            row = tx.sessions.get(id_hash)
            if row and tx.sessions.end(row.id_hash, now):
                self._note_end(tx, row.person, "at their own wish", now)

    def _admit(self, tx: Tx, claims: Mapping[str, object], attempt: str, now: datetime) -> Entry:
        terms = self.admission
        name = next((name for one in terms.person_claims if (name := _name(claims, one))), None)
        if name is None:
            return Entry("", Denied.NO_NAME)
        here = [one for one in tx.people.all() if one.is_here(day_of(now))]
        person = whose(name, here)
        if isinstance(person, Denied):
            return Entry("", person)
        roles = roles_of(claims.get(terms.roles_claim), terms.roles)
        if not roles:
            return Entry("", Denied.NO_ROLE)
        teams = words_of(claims.get(terms.team_claim)) if terms.team_claim else ()
        if terms.team_claim and len(teams) != 1:
            return Entry("", Denied.NO_TEAM)
        id_ = secrets.token_urlsafe(ID_BYTES)
        row = SessionRow(
            hash_of(attempt), hash_of(id_), person.id, tuple(sorted(roles)), teams[0] if teams else None,
            signed_in_at=now, seen_at=now, ends_at=now + terms.ends_after,
        )  # fmt: skip
        tx.sessions.forget(now - KEPT)
        if not tx.sessions.begin(row):
            return Entry("", Denied.ANOTHER_TIME)
        tx.journal.write(now, "person.signed-in", person.id, "by the provider's word", {})
        return Entry(id_)

    def _note_end(self, tx: Tx, person: str, because: str, now: datetime) -> None:
        tx.journal.write(now, "person.signed-out", person, because, {})


def _name(claims: Mapping[str, object], claim: str) -> str | None:
    """Return what a claim says; an address that the provider calls unverified says nothing."""
    if claim == "email" and claims.get(VERIFIED) is False:
        return None
    found = claims.get(claim)
    return found if isinstance(found, str) and found else None
