"""Say where the database of some settings is, as variables of a shell: for backup.sh and restore.sh beside it.

No password stands in an argument, where every list of processes would show it: libpq's variables carry it.
"""

import shlex
import sys
from pathlib import Path

from sqlalchemy import make_url

from daemon.domain.errors import Refusal
from daemon.settings.whole import Settings, load
from daemon.store.place.address import SQLITE

OF_LIBPQ = {  # what may stand behind the ? of an address, and the variable that says the same
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
}


def place(settings: Settings) -> dict[str, str]:
    """Return the variables, by their names."""
    url = make_url(settings.database)
    found = {"authority": settings.authority, "key": str(settings.web.secret_file)}
    if url.drivername in SQLITE:
        return {**found, "kind": "sqlite", "file": str(Path(url.database or "").absolute())}
    parts = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    parts |= {OF_LIBPQ[name]: value for name, value in url.query.items() if name in OF_LIBPQ}
    return {**found, "kind": "dump"} | {name: str(one) for name, one in parts.items() if one}


if __name__ == "__main__":
    try:
        for name, value in place(load(Path(sys.argv[1]))).items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
    except Refusal as refusal:
        sys.exit("\n".join(map(str, refusal.problems)))
