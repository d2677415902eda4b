"""Long words that stand in many rows (rules, packs, digests), stored once and named by a number."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, UniqueConstraint

from daemon.store.ground.columns import metadata
from daemon.store.ground.gateway import Gateway
from daemon.store.ground.prepared import Places

words = Table(
    "words",
    metadata,
    Column("authority", Text, nullable=False),
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("word", Text, nullable=False),
    UniqueConstraint("authority", "word"),
)


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What is known so far, in both directions."""

    numbers: dict[str, int] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)

    def learn(self, numbers: Mapping[str, int]) -> None:
        """Add words with their numbers."""
        self.numbers.update(numbers)
        self.words.update({number: word for word, number in numbers.items()})


class Words(Gateway):
    """The words of one authority. A transaction's own are shared only once it has ended well."""

    def __init__(self, connection: Connection, authority: str, shared: Dictionary) -> None:
        super().__init__(connection, authority)
        self.shared, self.own = shared, Dictionary()

    def numbers(self, of: AbstractSet[str]) -> Mapping[str, int]:
        """Return the number of every word, giving new ones where there are none."""
        if of <= self.shared.numbers.keys():
            return self.shared.numbers
        if new := set(of) - self._all().numbers.keys():
            insert = Places(self.connection.dialect, 1).insert(words).on_conflict_do_nothing()
            self.connection.execute(
                insert, [{"authority": self.authority, "word": word} for word in sorted(new)]
            )
            self._all(again=True)
        return self.own.numbers

    def known(self, of: AbstractSet[str]) -> list[int]:
        """Return the numbers of those words that have one."""
        numbers = self.shared.numbers if of <= self.shared.numbers.keys() else self._all().numbers
        return [numbers[word] for word in of if word in numbers]

    def words(self, of: AbstractSet[int]) -> Mapping[int, str]:
        """Return the word of every number."""
        if of <= self.shared.words.keys():
            return self.shared.words
        return self._all(again=not of <= self.own.words.keys()).words

    def share(self) -> None:
        """Let later transactions know what this one has learnt: after its end only."""
        self.shared.learn(self.own.numbers)

    def _all(self, *, again: bool = False) -> Dictionary:
        if again or not self.own.numbers:
            rows = self._found(self._select(words, words.c.word, words.c.number))
            self.own.learn(dict(rows))  # type: ignore[arg-type]
        return self.own
