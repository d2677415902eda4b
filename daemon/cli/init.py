"""init: an authority's own folder, or the settings of its diary, to begin with."""

import argparse
import sys
from pathlib import Path
from typing import Any

EXAMPLES = """examples:
  daykeeper init potterby --based-on stoke-on-trent
  daykeeper check potterby
  daykeeper diff potterby --against shipped
  daykeeper init --sample "Conference Diary.xlsx"     # the settings that would read this file

The folder is yours: keep it under version control. docs/tuning.md says what may stand in it.
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "init", help="write an authority's own folder, to begin with", epilog=EXAMPLES
    )
    verb.add_argument(
        "folder", metavar="FOLDER", nargs="?", help="a folder that is empty, or not there yet"
    )
    verb.add_argument("--based-on", metavar="PACK", help="the pack that it works by")
    verb.add_argument(
        "--sample", metavar="FILE", help="instead: print settings for a diary such as this one"
    )
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Write the folder, and say what comes next; or print what a sample would need."""
    if args.sample is not None and (args.folder, args.based_on) == (None, None):
        from daemon.cli.forms.init_sample import sample

        return sample(Path(args.sample))
    if args.sample is not None or args.folder is None or args.based_on is None:
        what = "name FOLDER and --based-on PACK, or --sample FILE alone"
        sys.stderr.write(f"daykeeper init: {what}; see daykeeper init --help\n")
        return 2
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.vocabulary import guess
    from daemon.rulebook import load, shipped
    from daemon.rulebook.own.beginning import beginning

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
