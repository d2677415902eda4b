"""Words that a verb does not know: one line, and it points to the help of that very verb."""

import argparse
from collections.abc import Iterator

import pytest

from daemon.cli.main import VERBS, parser

NONSENSE = "--nonsense"


def every(here: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words that lead to each verb, and to each verb within a verb."""
    for action in here._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, verb in action.choices.items():
                yield (*words, name)
                yield from every(verb, (*words, name))


def without_needs(here: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Return a parser that asks for nothing, so that what it does not know is all that is off."""
    for group in here._mutually_exclusive_groups:
        group.required = False
    for action in here._actions:
        action.required = False
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                without_needs(verb)
    return here


ALL = sorted(every(parser()))


def test_there_is_something_to_hold():
    assert {words[0] for words in ALL} == {name.rstrip("_") for name in VERBS}
    assert any(len(words) > 1 for words in ALL)


@pytest.mark.parametrize("words", [(), *ALL], ids=" ".join)
def test_an_option_that_a_verb_does_not_have_points_to_the_help_of_that_verb(words, capsys):
    verb = without_needs(parser(words[0] if words else None))

    with pytest.raises(SystemExit) as stop:
        verb.parse_args([*words, NONSENSE])

    name = " ".join(("daykeeper", *words))
    assert stop.value.code == 2
    assert capsys.readouterr().err == (
        f"{name}: unrecognized arguments: {NONSENSE}; see {name} --help\n"
    )
