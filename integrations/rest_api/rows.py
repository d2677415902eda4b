"""What the rows of a list say, and what stands within them."""

from collections.abc import Mapping
from typing import Any

from daemon.mapping.cells import flag, words
from daemon.mapping.form import Form
from daemon.mapping.rows import KEEPS_OUT, Cases, read_row
from integrations.rest_api.config import CASE_REF, MEETING_ID, Query
from integrations.rest_api.dfe_csc import read_child
from integrations.rest_api.paths import value

MEND = "mend it in the source; the other rows were read"
OF_ALL = frozenset({*KEEPS_OUT, "formerly"})  # what a case that was withdrawn keeps
SHOWN_MOST = 60


class Rows:
    """Reads the rows of one feed's queries onto their cases."""

    def __init__(self, queries: Mapping[str, Query], cases: Cases, today: str) -> None:
        self.queries, self.cases, self.today = queries, cases, today
        self.forms = {name: one.form for name, one in queries.items()}
        cases.parts.update(dict.fromkeys(queries, 0))  # a list without a row is one, too

    def read(self, name: str, number: int, item: Any) -> str | None:
        """Put what a row says on its case; return the case's reference, None where it has none."""
        query = self.queries[name]
        path = str(self.forms[name].ref)
        try:
            ref = words(value(path, item))
        except ValueError:
            ref = None
        place = f"{name}/{ref if ref and is_plain(ref) else number}"
        if not isinstance(item, Mapping):
            self.cases.parts[name] += 1
            self.cases.report(place, "is not an object", MEND)
        elif query.preset:
            self.cases.parts[name] += 1
            read_child(
                place, ref, item, self.cases, self.today, no_is_said=query.no_conference_is_said
            )
        else:
            self._row(name, place, item, {})
        return ref

    def _row(self, name: str, place: str, item: Any, around: Mapping[str, Any]) -> None:
        self.cases.parts[name] += 1
        query, form = self.queries[name], self.forms[name]
        if not isinstance(item, Mapping):
            self.cases.report(place, "is not an object", MEND)
            if not KEEPS_OUT.isdisjoint(form.fields) and (ref := around.get(CASE_REF)):
                self.cases.body(str(ref), place)["restricted"] = True
            return
        row = dict(around)
        for column in form.columns - around.keys():
            try:
                row[column] = value(column, item)
            except ValueError:
                row[column] = {}  # which no reader takes for a value
        is_withdrawn = self._is_withdrawn(query, place, item)
        if is_withdrawn and form.of != "case":
            return
        if not read_row(place, emptied(form) if is_withdrawn else form, row, self.cases):
            return
        if not is_withdrawn:
            within = {CASE_REF: row[str(form.ref)]}
            within |= {MEETING_ID: row[str(form.id)]} if form.meeting else {}
            self._within(name, place, item, within)

    def _within(self, name: str, place: str, item: Any, around: Mapping[str, Any]) -> None:
        for inner, query in self.queries.items():
            if query.within != name:
                continue
            try:
                found = value(query.rows, item)
            except ValueError:
                found = ""
            rows = found if isinstance(found, list) else [] if found is None else [found]
            for number, one in enumerate(rows, start=1):
                self._row(inner, f"{place}/{inner}/{number}", one, around)

    def _is_withdrawn(self, query: Query, place: str, item: Any) -> bool:
        """Return whether a row says clearly that it has been withdrawn."""
        if query.purge is None:
            return False
        try:
            said = value(query.purge, item)
            is_withdrawn = flag(said)
        except ValueError:
            said, is_withdrawn = "", None
        if is_withdrawn is None and said is not None:
            self.cases.report(place, f"{query.purge}: is neither yes nor no; the row stands", MEND)
        return is_withdrawn is True


def emptied(form: Form) -> Form:
    """Return what is still read of a case that was withdrawn: who must not learn of it."""
    kept = {name: column for name, column in form.fields.items() if name in OF_ALL}
    return form.model_copy(update={"fields": kept, "roles": {}, "facts": {}})


def is_plain(ref: str) -> bool:
    """Return whether a reference may be shown as a place: never what could be a name."""
    return len(ref) <= SHOWN_MOST and ref.isprintable() and " " not in ref and "/" not in ref
