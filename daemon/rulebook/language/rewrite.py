"""Marked words written out again as YAML, each line with the line that it came from."""

import re

from daemon.rulebook.language.marks import Node, Rows, Table, Text, marked

LINES = 1_000_000  # a file has fewer: what is above says of which file a line is
PLAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_ .,()/-]*[A-Za-z0-9_.()/-])?")
PRINTED = re.compile(r'[^"\\\x00-\x1f\x7f-\xa0\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]')


def of_file(node: Node, number: int) -> Node:
    """Return the node with lines that say of which file they are."""
    if isinstance(node, Text):
        return marked(node, number * LINES + node.line, plain=node.plain)
    if isinstance(node, Rows):
        return Rows(tuple(of_file(item, number) for item in node.items), number * LINES + node.line)
    entries = {
        marked(key, number * LINES + key.line, plain=key.plain): of_file(value, number)
        for key, value in node.entries.items()
    }
    return Table(entries, number * LINES + node.line)


def write(table: Table) -> tuple[str, list[int]]:
    """Return the table as YAML, one scalar a line, and for each line where it came from."""
    lines = _table(table, 0)
    return "".join(f"{text}\n" for text, _ in lines), [line for _, line in lines]


def _table(table: Table, depth: int) -> list[tuple[str, int]]:
    lines: list[tuple[str, int]] = []
    pad = " " * depth
    for key, value in table.entries.items():
        if isinstance(value, Text):
            lines.append((f"{pad}{_scalar(key)}: {_scalar(value)}", value.line))
        elif not (value.entries if isinstance(value, Table) else value.items):
            empty = "{}" if isinstance(value, Table) else "[]"
            lines.append((f"{pad}{_scalar(key)}: {empty}", max(key.line, value.line)))
        else:
            lines.append((f"{pad}{_scalar(key)}:", key.line))
            inner = (
                _table(value, depth + 2) if isinstance(value, Table) else _rows(value, depth + 2)
            )
            lines += inner
    return lines


def _rows(rows: Rows, depth: int) -> list[tuple[str, int]]:
    lines: list[tuple[str, int]] = []
    pad = " " * depth
    for item in rows.items:
        if isinstance(item, Text):
            lines.append((f"{pad}- {_scalar(item)}", item.line))
            continue
        inner = _table(item, depth + 2) if isinstance(item, Table) else _rows(item, depth + 2)
        empty = "{}" if isinstance(item, Table) else "[]"
        (first, line), *rest = inner or [(f"{pad}  {empty}", item.line)]
        lines += [(f"{pad}- {first[depth + 2 :]}", line), *rest]
    return lines


def _scalar(text: Text) -> str:
    """Return the text as it may stand in a line of YAML; a plain one stays plain."""
    if text.plain and PLAIN.fullmatch(text):
        return str(text)
    return '"' + "".join(_letter(letter) for letter in text) + '"'


def _letter(letter: str) -> str:
    if PRINTED.fullmatch(letter):
        return letter
    return f"\\{letter}" if letter in '"\\' else f"\\U{ord(letter):08x}"
