"""Whether a rule can ever apply: its conditions tried on every record that they can tell apart."""

from collections.abc import Iterator
from itertools import islice, product

from daemon.decide.duties.beginning import AT, MOST_TRIALS, Shown
from daemon.domain.condition import Condition
from daemon.domain.facts import Fact
from daemon.domain.vocabulary import Vocabulary


def can_open(
    anchor: str, when: Condition, ended: Condition | None, vocabulary: Vocabulary
) -> bool | None:
    """Return whether some record with the anchor satisfies `when` and is not `ended`.

    None: there are too many to try, or a condition asks what the subject is like.
    """
    if when.traits or (ended and ended.traits):
        return None
    names = sorted(when.facts | (ended.facts if ended else frozenset()))
    tried = 0
    for trial in islice(_trials(names, anchor, vocabulary), MOST_TRIALS):
        tried += 1
        if when.test(trial) and not (ended and ended.test(trial)):
            return True
    return None if tried == MOST_TRIALS else False


def _trials(names: list[str], anchor: str, vocabulary: Vocabulary) -> Iterator[Shown]:
    choices: list[list[Fact | None]] = []
    for name in names:
        values = vocabulary.facts[name].values or (None,)
        found: list[Fact | None] = [Fact(name, AT, whole_day=True, value=value) for value in values]
        choices.append(found if name == anchor else [*found, None])
    for chosen in product(*choices):
        yield Shown({fact.name: fact for fact in chosen if fact})
