"""What verbs are given: by their options, as below; and in `records` the case records of a file."""

from daemon.cli.given.options import (
    acting,
    add_policies,
    deciding,
    edition_of,
    folder_of,
    instant,
    last_instant,
    people_of,
    see_span,
    settings_of,
    stored,
    terms_of,
    write,
)

__all__ = [
    "acting",
    "add_policies",
    "deciding",
    "edition_of",
    "folder_of",
    "instant",
    "last_instant",
    "people_of",
    "see_span",
    "settings_of",
    "stored",
    "terms_of",
    "write",
]
