"""An empty database in a file, as `create` makes one: made once a process, and laid down wherever one is asked for."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.store import create
from daemon.store.place.sqlite import SqliteFile


def lay(file: Path) -> str:
    """Lay an empty database down in a file that is not there yet, and return its address."""
    SqliteFile.at(str(file)).make_room()
    file.write_bytes(_empty())
    return f"sqlite:///{file}"


@cache
def _empty() -> bytes:
    # Every change of shape since the first takes a tenth of a second, and thousands of tests begin with one.
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.sqlite"
        create(f"sqlite:///{file}")
        return file.read_bytes()
