"""Case records of the store, family by family, as the service itself merges them from its feeds."""

from collections.abc import Iterator, Mapping, Sequence

from daemon.decide.record.merge import merge
from daemon.rehearsal.records import Placed, Records
from daemon.store import Store


def from_store(store: Store, order: Mapping[str, Sequence[str]]) -> Records:
    """Return every stored case; `order` says which feed has the last word on what."""
    with store.read() as tx:
        total = tx.cases.count()
    return Records(total, _families(store, order))


def _families(store: Store, order: Mapping[str, Sequence[str]]) -> Iterator[list[Placed]]:
    seen: set[str] = set()
    after = ""
    while True:
        with store.read() as tx:
            refs = _next(tx.cases.refs(after))
            for ref, case in tx.cases.of(refs).items():
                if ref in seen:
                    continue
                family = tx.cases.family_refs(case.family) if case.family else [ref]
                seen.update(family)
                shown = tx.fragments.of(family)
                yield [
                    (ref, merge([(one.feed, one.body) for one in stored], order))
                    for ref, stored in shown.items()
                ]
        if not refs:
            return
        after = refs[-1]


def _next(refs: Iterator[str], many: int = 500) -> list[str]:
    return [ref for ref, _ in zip(refs, range(many), strict=False)]
