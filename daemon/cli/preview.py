"""preview: one message as its reader would get it: plain text, HTML and card; nothing is sent."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.cli.given import add_policies, deciding

if TYPE_CHECKING:
    from daemon.domain.message import Message

EXAMPLES = """examples:
  daykeeper preview --list
  daykeeper preview invite-list-missed
  daykeeper preview invite-list-missed --for police_officer
  daykeeper preview invite-list-missed --level L0 --form card
  daykeeper preview invite-list-missed --out seen       text, HTML and card as files
"""
LISTED = "`daykeeper preview --list` has every message, policies/vocabulary.yaml every role"
FORMS = ("text", "html", "card")
LEVELS = ("L0", "L1", "L2")


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "preview", help="show a message as its reader would get it", epilog=EXAMPLES
    )
    verb.add_argument("message", nargs="?", metavar="MESSAGE", help="its name in the rulebook")
    verb.add_argument("--list", action="store_true", help="list the name of every message")
    verb.add_argument(
        "--for", dest="role", metavar="ROLE", help="who reads it (default: who is told first)"
    )
    verb.add_argument(
        "--level", choices=LEVELS, help="how much it may carry (default: what that reader may have)"
    )
    verb.add_argument("--form", choices=FORMS, default="text", help="what is printed")
    verb.add_argument("--out", metavar="FOLDER", help="write all three forms there instead")
    add_policies(verb)
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print one form of the message, or write all of them."""
    from daemon.decide.people.recipients import FAMILY
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.message import Level
    from daemon.domain.vocabulary import guess
    from daemon.engine.wording.specimen import specimen
    from daemon.rulebook.language.private import reads_outside

    if (args.message is None) != args.list:
        sys.stderr.write("daykeeper preview: name a MESSAGE, or give --list\n")
        return 2
    book = deciding(args).rulebook
    if args.list:
        sys.stdout.write("".join(f"{name}\n" for name in sorted(book.messages)))
        return 0
    for kind, word, known in (
        ("message", args.message, book.messages),
        ("role", args.role, book.vocabulary.roles),
    ):
        if word is not None and word not in known:
            raise Refusal(
                Problem("preview", f'no {kind} is called "{word}"', guess(word, known, LISTED))
            )
    if args.role in FAMILY:
        what = f"{args.role} is of the family, and nothing is sent to a family by itself"
        raise Refusal(Problem("--for", what, "name who is asked to write to them"))
    if args.level == "L2" and args.role and reads_outside(args.role):
        what = f"{args.role} stands outside the authority and never reads L2"
        raise Refusal(Problem("--level", what, "choose L0 or L1"))
    message = specimen(book, args.message, args.role, Level(args.level) if args.level else None)
    if args.out:
        write(Path(args.out), args.message, message)
    else:
        sys.stdout.write(forms(message)[args.form])
    return 0


def forms(message: "Message") -> dict[str, str]:
    """Return the message in each form, as one would read it in a terminal or open it."""
    card = json.dumps(json.loads(message.card), ensure_ascii=False, indent=2)
    return {
        "text": f"Subject: {message.subject}\n\n{message.text}",
        "html": message.html,
        "card": f"{card}\n",
    }


def write(folder: Path, name: str, message: "Message") -> None:
    """Write each form into a file of its own, and say which."""
    from daemon.domain.errors import Problem, Refusal

    endings = {"text": "txt", "html": "html", "card": "card.json"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for form, said in forms(message).items():
            file = folder / f"{name}.{endings[form]}"
            file.write_text(said, "utf-8")
            sys.stdout.write(f"{file}\n")
    except OSError as error:
        mend = "name a folder that can be written to"
        raise Refusal(Problem("--out", f"cannot be written ({error.strerror})", mend)) from None
