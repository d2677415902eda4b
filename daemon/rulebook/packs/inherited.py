"""What a pack takes over from the one that it stands on: rules renamed, replaced, left out, and clauses carried."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from daemon.domain.rules import Basis, MessageText, Pack, Rule
from daemon.domain.vocabulary import Vocabulary, guess
from daemon.rulebook.language.schema import Sheet
from daemon.rulebook.language.words import one_of
from daemon.rulebook.packs.coverage import Carrier, check_clauses


@dataclass(frozen=True, slots=True)
class Built:
    """A compiled pack, and what the packs that stand on it need of it.

    `files` are those that it was made from; `reach` are its messages and those below it;
    `rules` names its rules and those below it, also those that could not be read.
    """

    pack: Pack
    files: tuple[str, ...]
    messages: Mapping[str, tuple[MessageText, Sheet]]
    reach: tuple[str, ...]
    rules: tuple[str, ...]


def taken_over(
    sheet: Sheet, base: Built | None, own: tuple[str, ...], vocabulary: Vocabulary
) -> tuple[Rule, ...]:
    """Return the base's rules without those that the pack replaces or leaves out, and says why."""
    gone: set[str] = set()
    for key in ("replaces", "omits"):
        table = sheet.sheet(key, None)
        for called in table.keys if table else ():
            if table is None or base is None or called not in base.rules:
                mend = guess(called, base.rules if base else ())
                sheet.wrong(key, f'no rule below is called "{called}"', mend, line=called.line)
                continue
            found = base.pack.rule(called)
            if found and found.safety:
                what = f"{called} is a rule of safety: no pack is without it"
                sheet.wrong(key, what, "take this line out", line=called.line)
            elif key == "replaces":
                table.read(called, partial(one_of, choices=own, kind="rule of this pack"))
            elif not table.text(called):
                continue
            elif found and found.basis is Basis.STATUTORY:
                what = f"{called} is statutory and cannot be left out"
                sheet.wrong(
                    key, what, 'replace it by a stricter one ("replaces:")', line=called.line
                )
            gone.add(str(called))
    names = roles(sheet, vocabulary)
    kept = (one for one in (base.pack.rules if base else ()) if one.name not in gone)
    return tuple(_renamed(one, names) for one in kept)


def roles(sheet: Sheet, vocabulary: Vocabulary, key: str = "roles") -> dict[str, str]:
    """Return roles by roles: what the base's are called in this pack, or who stands in for whom."""
    table = sheet.sheet(key, None)
    role = partial(one_of, choices=vocabulary.roles, kind="role")
    found: dict[str, str] = {}
    for word in table.keys if table else ():
        own = table.read(word, role) if table and table.attempt("", word, role) else None
        if own:
            found[str(word)] = own
    return found


def _renamed(one: Rule, called: Mapping[str, str]) -> Rule:
    """Return a rule of the base with the roles that do its work here."""
    if not called:
        return one

    def ours(roles: Iterable[str]) -> tuple[str, ...]:
        return tuple(called.get(role, role) for role in roles)

    ladder = tuple(
        replace(rung, to=ours(rung.to), offer_to=ours(rung.offer_to)) for rung in one.ladder
    )
    own, (manager,) = ours(one.responsible), ours((one.manager,))
    asked = one.approval and replace(one.approval, of=called.get(one.approval.of, one.approval.of))
    return replace(one, responsible=own, ladder=ladder, manager=manager, approval=asked)


def carries(
    sheet: Sheet, base: Built | None, carriers: Mapping[str, Carrier]
) -> dict[str, tuple[str, ...]]:
    """Return the pack's own clauses that rules of the base carry, by their names."""
    table = sheet.sheet("carries", None)
    found: dict[str, tuple[str, ...]] = {}
    if table is None:
        return found
    if base is None:
        if not sheet.has("stands_on"):
            sheet.wrong("carries", "the pack stands on no other", 'add "stands_on: …"')
        return found
    for called in table.keys:
        if called in base.rules:
            clauses = table.words(called)
            check_clauses(table, called, clauses, carriers)
            found[str(called)] = tuple(map(str, clauses))
        else:
            mend = guess(called, base.rules)
            sheet.wrong("carries", f'no rule below is called "{called}"', mend, line=called.line)
    return found
