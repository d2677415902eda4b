"""An authority's own queries: each row is a case, or a meeting, invitee, plan or action of one, by named columns."""

from collections.abc import Iterable, Iterator, Mapping

from daemon.mapping.rows import Cases, Record, read_row
from daemon.ports import Unreadable
from integrations.sql_query.config import Query
from integrations.sql_query.reader import Reader
from integrations.sql_query.versions import newest


def read_queries(reader: Reader, queries: Mapping[str, Query], cases: Cases) -> None:
    """Put what every query yields on its cases; a row that cannot be used is a problem."""
    for name, query in queries.items():
        answer = reader.ask(query.sql)
        if lacking := sorted(query.columns - set(answer.keys())):
            raise Unreadable(f"the query {name} gives no column {', '.join(lacking)}")
        rows = _placed(name, reader.each(answer), cases)
        for place, row in newest(rows, query, cases) if query.version else rows:
            read_row(place, query, row, cases)


def _placed(name: str, rows: Iterable[Record], cases: Cases) -> Iterator[tuple[str, Record]]:
    cases.parts[name] += 0  # a query that gives nothing is counted, too
    for number, row in enumerate(rows, start=1):
        cases.parts[name] += 1
        yield f"{name}/{number}", row
