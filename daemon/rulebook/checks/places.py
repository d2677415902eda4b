"""Where a term stands in an authority's own file: what is wrong with it only beside something else has a line, too."""

from collections.abc import Mapping

from daemon.rulebook.editions.edition import OWN
from daemon.rulebook.language.marks import Table, read
from daemon.rulebook.own.authority import AUTHORITY_FILE


def place(written: Mapping[str, str], own: str, *keys: str) -> str:
    """Return the place of a key, or of one below it, as problems name it: "potterby/authority.yaml:5: feeds".

    `written` are the texts of an edition, `own` is its folder. A key that is not there is said without a line.
    """
    table, _ = read(written.get(f"{OWN}/{AUTHORITY_FILE}", "{}"), AUTHORITY_FILE)
    line = None
    for key in keys:
        found = next((one for one in table.entries if one == key), None) if table else None
        if found is None or table is None:
            break
        line, below = found.line, table.entries[found]
        table = below if isinstance(below, Table) else None
    at = f":{line}" if line else ""
    return f"{own}/{AUTHORITY_FILE}{at}: {keys[-1]}"
