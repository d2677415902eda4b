"""An authority's changes to a pack: what is different, what is switched off and why, what is added."""

from dataclasses import dataclass, field

from daemon.domain.errors import Severity
from daemon.domain.vocabulary import guess
from daemon.rulebook.language.marks import Node, Rows, Table, Text, marked
from daemon.rulebook.own.kept import (
    is_safety,
    why_kept,
    why_not_of_ones_own,
    why_not_off,
    why_not_said,
)
from daemon.rulebook.own.overlay import Overlay, put
from daemon.rulebook.own.rungs import by_name, called_otherwise, name_of, rungs, says, sort, words
from daemon.rulebook.packs.coverage import SOURCES_FILE
from daemon.rulebook.packs.pack import PACK_FILE
from daemon.rulebook.wording.mute import is_mute

FOLDER = "changes"
KINDS = {kind: f"{kind}s" for kind in ("rule", "message", "invitation", "digest", "report")}
VERBS = ("change", "switch_off", *KINDS)
OWN = ("change", "because", "add_rung", "drop_rung", "without")


@dataclass(frozen=True, slots=True)
class Entry:
    """One change as somebody wrote it: what is done (`change`) to what, and every word of it."""

    verb: str
    name: Text
    table: Table

    @property
    def called(self) -> str:
        """The name without the part that tells a rule from a message."""
        return self.name.rpartition("/")[2]

    @property
    def because(self) -> Text | None:
        """The reason, where one is given in words."""
        why = self.table.get("because")
        return why if isinstance(why, Text) and not is_mute(why) else None


@dataclass(slots=True)
class Changes:
    """Lays changes over a rulebook; `packs` are the pack that they change, and those that it stands on."""

    over: Overlay
    packs: tuple[str, ...]
    _touched: dict[tuple[str, ...], int] = field(default_factory=dict)

    def lay(self, table: Table) -> None:
        """Lay one file over the texts: one change, or a list of them under `changes`."""
        several = table.get("changes")
        if several is None:
            self._lay(table)
        elif isinstance(several, Rows) and len(table.entries) == 1:
            for item in several.items:
                if isinstance(item, Table):
                    self._lay(item)
                else:
                    mend = 'begin it with "- change: NAME"'
                    self.over.wrong(item.line, "", "a change is a table", mend)
        else:
            what, mend = "only a list of changes belongs here", 'begin each of them with "- "'
            self.over.wrong(table.line, "changes", what, mend)

    def _lay(self, table: Table) -> None:
        entry = self._entry(table)
        if entry is None:
            return
        if entry.verb in KINDS:
            self._add(entry)
        elif (file := self._find(entry)) is None:
            return
        elif entry.verb == "switch_off":
            self._switch_off(entry, file)
        else:
            self._change(entry, file)

    def _entry(self, table: Table) -> Entry | None:
        first = next(iter(table.entries), None)
        if first is None or first not in VERBS:
            line = table.line if first is None else first.line
            what = f'a change does not begin with "{first or ""}"'
            hint = guess(first or "", VERBS)
            self.over.wrong(line, "", what, hint)
            return None
        name = table.entries[first]
        if not isinstance(name, Text) or not name.strip():
            self.over.wrong(first.line, first, "this names nothing", f'write "{first}: NAME"')
            return None
        return Entry(str(first), name, table)

    def _find(self, entry: Entry) -> str | None:
        """Return the file of what a change names: a rule before a message of the same name."""
        part = entry.name.rpartition("/")[0]
        names: dict[str, str] = {}
        for kind in [part] if part else KINDS.values():
            for pack in self.packs:
                for file in self.over.texts:
                    if file.startswith(f"{pack}/{kind}/"):
                        names.setdefault(file.rsplit("/", 1)[1].removesuffix(".yaml"), file)
        if entry.called in names:
            return names[entry.called]
        what = f'nothing is called "{entry.name}" in {" or ".join(self.packs)}'
        hint = guess(entry.called, tuple(names))
        mend = hint if hint.startswith("did") else "`daykeeper docs` lists every name"
        self.over.wrong(entry.name.line, entry.verb, what, mend)
        return None

    def _add(self, entry: Entry) -> None:
        within = f"{KINDS[entry.verb]}/{entry.name}.yaml"
        there = next((pack for pack in self.packs if f"{pack}/{within}" in self.over.texts), None)
        if there:
            who = self.over.added_at(f"{there}/{within}") or there
            what = f"{who} has a {entry.verb} of this name"
            mend = f'write "change: {entry.name}" to change it, or give yours another name'
            self.over.wrong(entry.name.line, entry.verb, what, mend)
        else:
            for key in entry.table.entries:
                if kept := why_not_of_ones_own(key):
                    self.over.wrong(key.line, key, *kept)
            # a message of one's own may be told at a statutory limit, too: the base's rules see it there
            pack = self.packs[-1 if entry.verb == "message" else 0]
            self.over.add(f"{pack}/{within}", entry.table, entry.name.line)

    def _switch_off(self, entry: Entry, file: str) -> None:
        pack, part, _ = file.split("/")
        tree, because, line = self.over.tree(file), entry.because, entry.name.line
        for key in entry.table.entries:
            if key not in ("switch_off", "because"):
                mend = "write switch_off and because, and nothing else"
                self.over.wrong(key.line, key, f'"{key}" is no key here', mend)
        if part == "messages":
            what, mend = "a message is not switched off", "drop or change the rung that sends it"
            self.over.wrong(line, entry.verb, what, mend)
        elif tree is not None and (kept := why_not_off(tree)):
            self.over.wrong(line, entry.verb, *kept)
        elif because is None:
            what, mend = "it is switched off without a reason", 'add "because: …"; it is kept'
            self.over.wrong(line, entry.verb, what, mend)
        else:
            self._give_up_clauses(entry, part.removesuffix("s"), because)
            if pack == self.packs[0]:
                self.over.drop(file)
            else:
                self._omit(entry, because)

    def _give_up_clauses(self, entry: Entry, kind: str, because: Text) -> None:
        """Have people carry what nothing else does any more, and warn of it."""
        sources = f"{self.packs[0]}/{SOURCES_FILE}"
        tree = self.over.tree(sources)
        lost = []
        tables = (
            [(each, one) for each, one in tree.entries.items() if isinstance(one, Table)]
            if tree
            else []
        )
        for clause, carrier in tables:
            for key in (kind, "approval"):
                names = words(carrier.get(key))
                if entry.called not in names:
                    continue
                self.over.blame(sources, entry.name.line)
                if rest := tuple(name for name in names if name != entry.called):
                    put(carrier, key, Rows(rest, entry.name.line))
                    continue
                put(carrier, "people", marked(f"switched off here: {because}", because.line))
                carrier.entries.pop(Text(key))
                lost.append(str(clause))
        if lost:
            noun = "clause is" if len(lost) == 1 else "clauses are"
            what = f"{len(lost)} {noun} carried by nothing any more: {', '.join(lost)}"
            mend = "make sure that people do what they ask"
            self.over.wrong(entry.name.line, entry.verb, what, mend, Severity.WARNING)

    def _omit(self, entry: Entry, because: Text) -> None:
        """Leave a rule of a base out of the authority's own pack."""
        own = f"{self.packs[0]}/{PACK_FILE}"
        tree = self.over.tree(own)
        if tree is None:
            return
        omits, carries = tree.get("omits"), tree.get("carries")
        entries = dict(omits.entries) if isinstance(omits, Table) else {}
        entries[marked(entry.called, entry.name.line)] = because
        if isinstance(carries, Table):
            carries.entries.pop(Text(entry.called), None)
        self.over.put(own, "omits", Table(entries, because.line))

    def _change(self, entry: Entry, file: str) -> None:
        tree = self.over.tree(file)
        if tree is None:
            return
        self.over.blame(file, entry.name.line)
        is_statutory = tree.get("basis") == "statutory"
        before = len(self.over.problems), len(self._touched)
        for key, value in entry.table.entries.items():
            if kept := why_kept(tree, key, value):
                self.over.wrong(key.line, key, *kept)
            elif key not in OWN and not (key == "ladder" and isinstance(value, Table)):
                self._replace(tree, (file,), key, value)
        if not is_safety(tree):
            if isinstance(changed := entry.table.get("ladder"), Table):
                self._change_rungs(tree, file, changed)
            self._drop_rungs(entry, tree, file, is_statutory=is_statutory)
            self._add_rungs(entry, tree, file)
        self._without(entry.table, tree, (file,))
        if (len(self.over.problems), len(self._touched)) == before:
            what, mend = "this changes nothing", "write below it what is different"
            self.over.wrong(entry.name.line, entry.verb, what, mend, Severity.WARNING)

    def _replace(self, tree: Table, at: tuple[str, ...], key: Text, value: Node) -> None:
        if not self._first(at, key):
            return
        old = tree.get(key)
        if old is not None and says(old) == says(value):
            what, mend = "it says so already: this changes nothing", "take it out"
            self.over.wrong(key.line, key, what, mend, Severity.WARNING)
        put(tree, key, value)

    def _first(self, at: tuple[str, ...], key: Text) -> bool:
        """Return whether nothing else changes this; what does is reported."""
        there = self._touched.setdefault((*at, str(key)), key.line)
        if there != key.line:
            mend = f"{self.over.place(there)} changes it, too: keep one of the two"
            self.over.wrong(key.line, key, "this is changed twice", mend)
        return there == key.line

    def _change_rungs(self, tree: Table, file: str, changed: Table) -> None:
        there = by_name(tree)
        for called, changes in changed.entries.items():
            rung = there.get(str(called))
            if rung is None:
                what = f'no rung here is called "{called}"'
                self.over.wrong(called.line, "ladder", what, guess(called, tuple(there)))
            elif not isinstance(changes, Table):
                what = "what is different about the rung belongs here"
                self.over.wrong(changes.line, "ladder", what, f'write "{called}: {{at: …}}"')
            else:
                for key, value in changes.entries.items():
                    kept = why_kept(rung, key, value)
                    if kept or (kept := why_not_said(tree, key, value, self.over.texts)):
                        self.over.wrong(key.line, key, *kept)
                    elif key != "without":
                        self._replace(rung, (file, str(called)), key, value)
                self._without(changes, rung, (file, str(called)))
                if otherwise := called_otherwise(rung, called):
                    self.over.wrong(called.line, "ladder", *otherwise, Severity.NOTE)
        sort(tree)

    def _drop_rungs(self, entry: Entry, tree: Table, file: str, *, is_statutory: bool) -> None:
        for called in self._words(entry.table, "drop_rung"):
            there = by_name(tree)
            if called not in there:
                what, mend = f'no rung here is called "{called}"', guess(called, tuple(there))
            elif is_statutory:
                what, mend = "a statutory limit keeps its rungs", "change whom it tells, or when"
            elif entry.because is None:
                what, mend = "a rung is dropped without a reason", 'add "because: …"; it is kept'
            else:
                self._first((file, str(called)), called)
                kept = tuple(rung for rung in rungs(tree) if name_of(rung) != called)
                put(tree, "ladder", Rows(kept, called.line))
                continue
            self.over.wrong(called.line, "drop_rung", what, mend)

    def _add_rungs(self, entry: Entry, tree: Table, file: str) -> None:
        new = entry.table.get("add_rung")
        added = new.items if isinstance(new, Rows) else () if new is None else (new,)
        for rung in added:
            if isinstance(rung, Table):
                self._first((file, "add_rung"), marked(name_of(rung) or "", rung.line))
                put(tree, "ladder", Rows((*rungs(tree), rung), rung.line))
            else:
                what, mend = "a rung is a table", "write its keys below, two spaces further in"
                self.over.wrong(rung.line, "add_rung", what, mend)
        if added:
            sort(tree)

    def _without(self, table: Table, tree: Table, at: tuple[str, ...]) -> None:
        for key in self._words(table, "without"):
            if kept := why_kept(tree, key):
                self.over.wrong(key.line, "without", *kept)
            elif key not in tree.entries:
                what = f'there is no "{key}" to take away'
                self.over.wrong(key.line, "without", what, guess(key, tuple(tree.entries)))
            elif self._first(at, key):
                tree.entries.pop(key)

    def _words(self, table: Table, key: str) -> tuple[Text, ...]:
        node = table.get(key)
        found = words(node)
        if node is not None and len(found) != (len(node.items) if isinstance(node, Rows) else 1):
            mend = f'write "{key}: [one, another]"'
            self.over.wrong(node.line, key, "only words belong here", mend)
        return found
