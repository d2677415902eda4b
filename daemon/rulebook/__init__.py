"""YAML in, a compiled Rulebook or a list of Problems out."""

from daemon.rulebook.editions.another_release import compile_kept, completed, unreadable
from daemon.rulebook.editions.edition import (
    Edition,
    Written,
    compile_edition,
    folders_of,
    gather,
    holidays_of,
    is_authority,
    is_of_nobody,
    load,
    load_days,
    read_edition,
    sound,
    sources,
)
from daemon.rulebook.own.beside import for_trials
from daemon.rulebook.packs.load import load_texts, shipped, yaml_files

__all__ = [
    "Edition",
    "Written",
    "compile_edition",
    "compile_kept",
    "completed",
    "folders_of",
    "for_trials",
    "gather",
    "holidays_of",
    "is_authority",
    "is_of_nobody",
    "load",
    "load_days",
    "load_texts",
    "read_edition",
    "shipped",
    "sound",
    "sources",
    "unreadable",
    "yaml_files",
]
