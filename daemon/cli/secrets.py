"""secrets: bring what a key vault keeps into the files that the settings name; what is the same is left alone."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

EXAMPLES = """examples:
  daykeeper secrets --config daykeeper.toml     before the first start, and as often as a new secret is to count

exit codes: 0 every file holds what the vault holds; 1 one does not, and stands as it was
"""
MOST_BYTES = 65_536


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "secrets", help="bring the secrets of a key vault into their files", epilog=EXAMPLES
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print a line a file, never a secret; 1 where one could not be brought."""
    from daemon.app import utc_now
    from daemon.cli.given import settings_of
    from daemon.domain.errors import Problem, Refusal
    from daemon.plugins import load
    from daemon.ports import Unreadable

    settings = settings_of(args.config)
    table = settings.vault
    if table is None:
        raise Refusal(Problem("vault", "the settings name none", "add the table [vault]"))
    folder = table.folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    vault = load(
        table.adapter, "vault", table.options, base=settings.folder, clock=utc_now, where="vault"
    )
    failed = 0
    try:
        for name, secret in table.files.items():
            try:
                said = put(folder / name, vault.read(secret))
            except (Unreadable, OSError) as error:
                failed += 1
                why = error if isinstance(error, Unreadable) else "the file cannot be written"
                sys.stderr.write(f"{folder / name}: {why}; it stands as it was\n")
            else:
                sys.stdout.write(f"{folder / name}: {said}\n")
    finally:
        vault.close()
    return 1 if failed else 0


def put(file: Path, secret: str) -> str:
    """Write a secret whole or not at all, for our own account alone; return what was done.

    Raises Unreadable for what is no secret, and OSError.
    """
    from daemon.domain.secret import others_may_read
    from daemon.ports import Unreadable

    data = secret.encode("utf-8")
    if not data.strip() or len(data) > MOST_BYTES:
        raise Unreadable("what the vault holds is empty, or longer than a secret")
    if file.is_file() and file.read_bytes() == data and not others_may_read(file):
        return "unchanged"
    said = "new" if not file.exists() else "changed"
    part = file.with_name(f".{file.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(data)
        written.flush()
        os.fsync(written.fileno())
    part.replace(file)
    return said
