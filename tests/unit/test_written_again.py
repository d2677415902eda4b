"""A file of policies that is written again says the same."""

import pytest

from daemon.rulebook import shipped
from daemon.rulebook.language.marks import Rows, Table, read
from daemon.rulebook.language.rewrite import write

PLAIN_WORDS = ("true", "false", "null")


def bare(node):
    """Return what a node says without its lines, and whether a word of JSON's is one."""
    if isinstance(node, Table):
        return {str(key): bare(value) for key, value in node.entries.items()}
    if isinstance(node, Rows):
        return [bare(item) for item in node.items]
    return str(node), node.plain and (node in PLAIN_WORDS or node.isdigit())


@pytest.mark.parametrize(
    "file", sorted(path for path in shipped().rglob("*.yaml")), ids=lambda path: path.stem
)
def test_a_file_that_is_written_again_says_the_same(file):
    table, problems = read(file.read_text("utf-8"), "file")
    assert table is not None, problems

    text, lines = write(table)
    again, problems = read(text, "file")

    assert problems == []
    assert bare(again) == bare(table)
    assert len(lines) == text.count("\n")
