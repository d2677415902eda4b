"""Cells that we write into sheets for people: none is ever taken for a formula."""

from unicodedata import normalize

STARTS = frozenset("=+-@\t\r\n")
MARK = "'"


def plain_cell(value: object) -> object:
    """Return a cell as it is written: text that a spreadsheet might compute has an apostrophe before it.

    Full-width forms, blanks and unseen characters before the sign do not hide it. Numbers stay numbers.

    Source: RELIABILITY T5.
    """
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    return MARK + text if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet might take a cell's text for a formula."""
    if text[:1] in STARTS:
        return True
    bare = normalize("NFKC", text).lstrip("\ufeff\u200b\u2060 \u00a0")
    return bare[:1] in STARTS
