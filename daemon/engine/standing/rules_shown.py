"""What `status` says of the rules: which are in force, and which nothing can watch, begin, end or answer."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from daemon.decide.duties.explain import say_problems
from daemon.decide.duties.obligations import Deciding
from daemon.decide.duties.watched import Unbegun, Unwatched, left_out, never_begun, told_by_hand
from daemon.decide.people.admission import only_signed_in
from daemon.domain.errors import Problem, Severity
from daemon.domain.times import iso
from daemon.engine.rules.editions import WAITING, in_force
from daemon.engine.rules.editions import WRONG as RULEBOOK_WRONG
from daemon.engine.rules.shadow import DRAFT, SINCE
from daemon.engine.rules.shadow import WRONG as SHADOW_WRONG
from daemon.store import Tx


def rules_in_json(
    tx: Tx, deciding: Deciding | None, wrong: Sequence[Problem]
) -> tuple[dict[str, Any], list[str]]:
    """Return which rules are in force, since when and by whom; and what is wrong with the folder, a line each."""
    edition = in_force(tx)
    unsound, waits = tx.marks.get(RULEBOOK_WRONG), tx.marks.get(WAITING)
    said = [f"rulebook: {one}" for one in wrong if one.severity is Severity.ERROR]
    if unsound and not said:
        last = json.loads(str(unsound))
        said = [
            f"rulebook: refused when it was read last: {one['where']}: {one['what']}; {one['mend']}"
            for one in last
        ]
    return {
        "ok": not said, "packs": dict(deciding.rulebook.digests) if deciding else {}, "problems": say_problems(wrong),
        "digest": edition.digest if edition else None, "by": edition.written_by if edition else None,
        "since": iso(edition.in_force_from) if edition else None, "waits": waits or None,
        "shadow": _draft(tx),
    }, said  # fmt: skip


def _draft(tx: Tx) -> dict[str, Any] | None:
    """Return which draft decides beside the rules in force, and what is wrong with it; None where none ever did."""
    digest, wrong = tx.marks.get(DRAFT), json.loads(str(tx.marks.get(SHADOW_WRONG) or "[]"))
    if not (digest or wrong):
        return None
    return {
        "digest": digest or None,
        "since": tx.marks.get(SINCE) or None,
        "ok": not wrong,
        "problems": wrong,
    }


def unwatched(
    deciding: Deciding | None, pathways: Collection[str | None], idle: Sequence[Unbegun]
) -> list[dict[str, Any]]:
    """Return the rules that the feeds cannot watch, with the facts that are lacking; those that never begin last."""
    if deciding is None:
        return []
    found = left_out(deciding.rulebook, {deciding.default_pathway, *pathways})
    listed: list[Unwatched | Unbegun] = [*found, *idle]
    return [
        {"pack": one.pack, "rule": one.rule, "facts": list(one.facts), "never_begins": one in idle}
        for one in listed
    ]


def idle_rules(
    deciding: Deciding | None, pathways: Collection[str | None], carried: frozenset[str] | None
) -> tuple[Unbegun, ...]:
    """Return the rules that nothing can start: they are watched, and silent."""
    if deciding is None:
        return ()
    return never_begun(deciding.rulebook, {deciding.default_pathway, *pathways}, carried)


def rules_by_hand(
    deciding: Deciding | None, pathways: Collection[str | None], carried: frozenset[str] | None
) -> list[dict[str, Any]]:
    """Return the rules of safety that no feed can show as done: whether they begin, and whether people can end them."""
    if deciding is None:
        return []
    found = told_by_hand(deciding.rulebook, {deciding.default_pathway, *pathways}, carried)
    return [{**one._asdict(), "facts": list(one.facts)} for one in found]


def unanswerable(deciding: Deciding | None, pathways: Collection[str | None]) -> list[str]:
    """Return the rules whose question nobody can answer, because nobody can sign in."""
    if deciding is None:
        return []
    return list(only_signed_in(deciding.rulebook, {deciding.default_pathway, *pathways}))
