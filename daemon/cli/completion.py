"""completion: what has bash, zsh or fish complete the words of a command."""

import argparse
import sys
from collections.abc import Iterator
from typing import Any

SHELLS = ("bash", "zsh", "fish")
FILES = frozenset({"FILE"})  # what an option calls what it takes, where that lies on the disk
FOLDERS = frozenset({"FOLDER", "A", "B"})
EXAMPLES = """examples:
  daykeeper completion bash > /etc/bash_completion.d/daykeeper
  daykeeper completion zsh > /usr/local/share/zsh/site-functions/_daykeeper
  daykeeper completion fish > ~/.config/fish/completions/daykeeper.fish
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "completion", help="have a shell complete the words of a command", epilog=EXAMPLES
    )
    verb.add_argument("shell", choices=SHELLS, help="which shell is yours")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print the script for that shell: it starts nothing of ours when it completes."""
    import shtab

    from daemon.cli.main import parser

    whole = parser()
    for action in actions(whole):
        words = {action.metavar} if isinstance(action.metavar, str) else set()
        if words & FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # so shtab asks for it
        elif words & FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]  # as above
    sys.stdout.write(shtab.complete(whole, args.shell).rstrip() + "\n")
    return 0


def actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Yield every option and argument, those of verbs within verbs included."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no other list of them
        yield action
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for one in action.choices.values():
                yield from actions(one)
