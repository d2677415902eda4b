"""init: an authority's own folder, to begin with."""

import argparse
import sys
from pathlib import Path
from typing import Any

EXAMPLES = """examples:
  daykeeper init potterby --based-on stoke-on-trent
  daykeeper check potterby
  daykeeper diff potterby --against shipped

The folder is yours: keep it under version control. docs/tuning.md says what may stand in it.
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "init", help="write an authority's own folder, to begin with", epilog=EXAMPLES
    )
    verb.add_argument("folder", metavar="FOLDER", help="a folder that is empty, or not there yet")
    verb.add_argument("--based-on", required=True, metavar="PACK", help="the pack that it works by")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Write the folder, and say what comes next."""
    from daemon.domain.errors import Problem, Refusal  # noqa: PLC0415
    from daemon.domain.vocabulary import guess  # noqa: PLC0415
    from daemon.rulebook import load, shipped  # noqa: PLC0415
    from daemon.rulebook.beginning import beginning  # noqa: PLC0415

    book, problems = load(shipped())
    if book is None:
        raise Refusal(*problems)
    if args.based_on not in book.packs:
        what = f'no pack is called "{args.based_on}"'
        raise Refusal(Problem("--based-on", what, guess(args.based_on, tuple(book.packs))))
    folder = Path(args.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(Problem(args.folder, "something is there already", "name an empty folder"))
    try:
        for file, text in beginning(book.packs[args.based_on], book.vocabulary).items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    except OSError as error:
        what = f"it cannot be written ({(error.strerror or 'unknown reason').lower()})"
        raise Refusal(Problem(args.folder, what, "name a folder that you may write in")) from None
    sys.stdout.write(
        f"{folder} is made: read {folder / 'authority.yaml'} and change what is not yours,\n"
        f'then `daykeeper check {folder}`; settings name it with: rulebook = "{folder}"\n'
    )
    return 0
