"""Whether anything has changed since the last reading: rows are compared before anything is made of them."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from sqlalchemy import CursorResult

from integrations.sql_query.config import Config
from integrations.sql_query.reader import Reader
from integrations.sql_query.ssd.tables import check_tables, statement


def mark_of(reader: Reader, config: Config, today: str) -> str:
    """Return a word that is another one whenever any row is, and each day: whose time has ended depends on it.

    With `changed_sql` its answer alone is looked at. Raises Unreadable.
    """
    found = blake2b(today.encode(), digest_size=16)
    for answer in _answers(reader, config):
        found.update(repr(tuple(answer.keys())).encode())
        for part in reader.parts(answer):
            found.update(repr([tuple(row) for row in part]).encode("utf-8", "surrogatepass"))
    return found.hexdigest()


def _answers(reader: Reader, config: Config) -> Iterator[CursorResult[Any]]:
    if config.changed_sql:
        yield reader.ask(config.changed_sql)
        return
    if config.preset:
        for name in sorted(check_tables(reader, config.schema_name)):
            yield reader.ask(statement(name, config.schema_name))
    for query in config.queries.values():
        yield reader.ask(query.sql)
