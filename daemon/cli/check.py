"""check: is the rulebook sound, and do its scenarios hold?"""

import argparse
import json
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.cli.given import instant
from daemon.domain.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from daemon.domain.errors import Problem
    from daemon.domain.person import Person
    from daemon.domain.rules import Rulebook
    from daemon.rulebook import Edition
    from daemon.settings.whole import Settings

EXAMPLES = """examples:
  daykeeper check                     the shipped policies, with their scenarios
  daykeeper check potterby            an authority's folder: its terms, its changes, its scenarios
  daykeeper check my/policies --quick without the scenarios
  daykeeper check --config daykeeper.toml           with how many rules its feeds cannot watch, and why
  daykeeper check --config daykeeper.toml --verbose with a note of each of them, as with --json
  daykeeper check --at 2026-09-01     as on another day: a document that is due for its review is warned of

exit codes: 0 sound (warnings or not); 1 at least one error; 2 the command's words are off
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "check",
        help="find every mistake in a rulebook (and the settings), all at once",
        epilog=EXAMPLES,
    )
    verb.add_argument(
        "folder",
        nargs="?",
        metavar="FOLDER",
        help="an authority's folder, or one of policies (default: the shipped ones)",
    )
    verb.add_argument("--config", metavar="FILE", help="check an authority's settings too")
    verb.add_argument("--quick", action="store_true", help="leave the scenarios out")
    verb.add_argument("--verbose", action="store_true", help="each rule that is not watched")
    verb.add_argument("--at", type=instant, metavar="ISO", help="the moment; default: now")
    verb.add_argument("--json", action="store_true", help="one JSON object a problem, one a line")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print every problem; 1 where an error is among them."""
    from daemon.cli.given import settings_of
    from daemon.domain.errors import Problem, Refusal, Severity
    from daemon.rulebook import is_authority, is_of_nobody, shipped

    problems: list[Problem] = []
    now: datetime = args.at or datetime.now(UTC)
    settings: Settings | None = None
    folder = Path(args.folder) if args.folder else shipped()
    if args.config:
        try:
            settings = settings_of(args.config)
            folder = folder if args.folder else settings.rulebook or folder
        except Refusal as refusal:
            problems += refusal.problems
    is_own = is_authority(folder) or is_of_nobody(folder)
    check = _authority if is_own else _policies
    book, pathway, scenarios, found = check(folder, now, is_quick=args.quick)
    problems += _gathered(found, folder) if is_own else found
    if book is not None:
        problems += _reviews(folder, book, pathway, now)
    if settings is not None and book is not None:
        from daemon.cli.examining.letters import look_at_post
        from daemon.cli.examining.stated_terms import unfit_terms
        from daemon.cli.examining.unwatched_rules import unwatched
        from daemon.cli.examining.writable import writable
        from daemon.domain.times import day_of

        problems += (
            []
            if is_own
            else unfit_terms(
                settings, args.config, day_of(now), book.pack(pathway or settings.pathway_default)
            )
        )
        pack, is_whole = pathway or settings.pathway_default, args.verbose or args.json
        problems += unwatched(settings, book, pack, is_whole=is_whole)
        problems += _sign_in(settings, book, pack)
        problems += _channels(settings, book, pack)
        problems += look_at_post(settings, lambda: now)
        problems += _audit(settings)
        problems += [one.as_problem() for one in writable(settings, Path(args.config))]
        problems += _answers(settings, folder, book, pack, now)
    for problem in problems:
        say(problem, as_json=args.json)
    wrong = sum(problem.severity is Severity.ERROR for problem in problems)
    if book is not None and not args.json:
        one, more = (
            ("scenario run", "scenarios run") if wrong else ("scenario holds", "scenarios hold")
        )
        ran = counted(scenarios, one, more)
        ran = "scenarios left out" if args.quick else ran
        rules = len({(rule.pack, rule.name) for pack in book.packs.values() for rule in pack.rules})
        many = f"{counted(len(book.packs), 'pack')}, {counted(rules, 'rule')}"
        sys.stdout.write(f"{many}; {ran}; {counted(wrong, 'error')}\n")
    return 1 if wrong else 0


def _gathered(problems: "list[Problem]", folder: Path) -> "list[Problem]":
    from daemon.rulebook import folders_of
    from daemon.rulebook.own.strays import in_one_line

    return in_one_line(problems, folder, next(iter(folders_of(folder)[1:]), None))


def say(problem: "Problem", *, as_json: bool) -> None:
    """Print one problem as a line."""
    if as_json:
        said = {name: str(getattr(problem, name)) for name in ("where", "what", "mend", "severity")}
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(f"{problem.severity}: {problem}\n")


def _reviews(
    folder: Path, book: "Rulebook", pathway: str | None, now: datetime
) -> "Iterator[Problem]":
    """Return a warning of each pack, or of the authority's own, whose document is due for its review."""
    from daemon.domain.times import day_of
    from daemon.rulebook import folders_of, shipped
    from daemon.rulebook.checks.review import reviews

    packs = [book.packs[pathway]] if pathway else book.packs.values()
    root = [*folders_of(folder)[1:], shipped()][0] if pathway else folder
    return reviews(packs, day_of(now), root.resolve().name)


def _sign_in(settings: "Settings", book: "Rulebook", pathway: str) -> "list[Problem]":
    """Return a warning where decisions are asked for and nobody can sign in, and each role that is none."""
    from daemon.decide.people.admission import only_signed_in
    from daemon.domain.errors import Problem, Severity
    from daemon.domain.vocabulary import guess

    terms, known = settings.web.sign_in, book.vocabulary.roles
    if terms is None:
        many = len(only_signed_in(book, [pathway]))
        what = f"nobody can sign in, and {counted(many, 'rule asks', 'rules ask')} for a decision"
        mend = "name your organisation's provider (docs/sign-in.md)"
        return [Problem("web.sign_in", what, mend, Severity.WARNING)] if many else []
    return [
        Problem(f"web.sign_in.roles.{theirs}", f'no role is called "{ours}"', guess(ours, known))
        for theirs, ours in terms.roles.items()
        if ours not in known
    ]


def _channels(settings: "Settings", book: "Rulebook", pathway: str) -> "list[Problem]":
    """Return what is wrong with the channels, else each by which alone a demanded step may not go."""
    from daemon.app import channels_of, utc_now
    from daemon.domain.errors import Problem, Refusal, Severity
    from daemon.engine.telling.alone import alone

    try:
        channels = channels_of(settings, utc_now)
    except Refusal as refusal:
        return [*refusal.problems]
    said = [
        Problem(f"channels.{word}", what, "see its README if it should be otherwise", Severity.NOTE)
        for word, channel in channels.items()
        for what in getattr(channel, "explain", list)()
    ]
    return [*alone([book.packs[pathway]], channels), *said]


def _audit(settings: "Settings") -> "list[Problem]":
    """Return a warning of each way in which nobody would notice that the service is ill."""
    from daemon.domain.errors import Problem, Severity
    from daemon.settings.audit import missing
    from daemon.settings.channels import speechless

    mend, how = "set it up: docs/how-to/watch.md", "set it up: docs/how-to/add-a-channel.md"
    said = [Problem("audit", what, mend, Severity.WARNING) for what in missing(settings.audit)]
    return said + [
        Problem("channels.email", what, how, Severity.WARNING)
        for what in speechless(settings.channels)
    ]


def _answers(
    settings: "Settings", folder: Path, book: "Rulebook", pathway: str, now: datetime
) -> "Iterator[Problem]":
    """Yield what nobody could answer: by a people.csv of the settings' own, and in the cases that there are."""
    from daemon.app import staff_of
    from daemon.cli.examining.staff_file import staff_in
    from daemon.cli.examining.unanswerable import by_cases, by_directory, by_one_alone
    from daemon.domain.times import day_of

    people = staff_of(settings)
    if people is not None and people.adapter == "people_csv":
        file = settings.folder / str(people.options.get("file", ""))
        staff, _ = staff_in(file, "people", None)
        known = staff, book.pack(pathway), "people", day_of(now)
        yield from by_one_alone(*known)
        if file.resolve().parent != folder.resolve():
            yield from by_directory(*known)
    yield from by_cases(settings, now)


def _policies(
    folder: Path, _: datetime, *, is_quick: bool
) -> "tuple[Rulebook | None, str | None, int, list[Problem]]":
    """Return a policies folder's rulebook, no pack in particular, how many scenarios it has, and what is wrong."""
    from daemon.rulebook import load

    book, problems = load(folder)
    if book is None or is_quick:
        return book, None, 0, problems
    from daemon.rulebook.checks.expectations import run_scenarios

    scenarios, failed = run_scenarios(folder, book)
    return book, None, scenarios, [*problems, *failed]


def _authority(
    folder: Path, now: datetime, *, is_quick: bool
) -> "tuple[Rulebook | None, str | None, int, list[Problem]]":
    """Return the same for an authority's folder, and its pack; whoever is told must be there, too."""
    from daemon.cli.examining.staff_file import roles_of, staff_in
    from daemon.cli.examining.unanswerable import by_directory
    from daemon.cli.examining.unreached import same_again, unreached
    from daemon.domain.times import day_of
    from daemon.rulebook import read_edition
    from daemon.rulebook.checks.places import place
    from daemon.rulebook.checks.reach import PEOPLE_FILE, out_of_reach, untold
    from daemon.rulebook.checks.tuned import far_steps, waiting_for
    from daemon.rulebook.own.quiet import nobody_told, not_yet_known, some_told_nothing

    edition, problems = read_edition(folder)
    held, mail, own = None, frozenset[str](), folder.resolve().name
    people: Sequence[Person] = ()
    if (folder / PEOPLE_FILE).is_file():
        words = edition.book.vocabulary if edition else None
        where, today = f"{own}/{PEOPLE_FILE}", day_of(datetime.now(UTC))
        people, wrong = staff_in(folder / PEOPLE_FILE, where, words)
        problems += wrong
        held = roles_of(people, today)
        mail = frozenset(mailed for one in people if (mailed := one.addresses.get("email")))
        if edition is not None:
            pack = edition.book.pack(edition.deciding().default_pathway)
            problems += by_directory(people, pack, where, today)
            problems += unreached(people, pack, where, today)
            problems += _untouched(folder / PEOPLE_FILE, edition, where)
    if edition is None:
        return None, None, 0, problems
    problems += (
        *out_of_reach(edition, held, own),
        *waiting_for(edition, own),
        *far_steps(edition, own),
    )
    if terms := edition.authority:
        at = partial(place, edition.written, own)
        problems += nobody_told(terms, mail, at("domains"))
        where = f"{own}/{PEOPLE_FILE}" if people else at("mailboxes")
        pack = edition.book.pack(terms.based_on)
        problems += same_again(people, terms.mailboxes, pack, where, day_of(datetime.now(UTC)))
        problems += some_told_nothing(terms, mail, at("domains"))
        problems += untold(edition, own, day_of(now))
        problems += not_yet_known(terms, edition.days.known_until, at("effective_from"))
    scenarios, failed = (0, []) if is_quick else _scenarios(edition, own)
    pathway = edition.deciding().default_pathway
    return edition.book, pathway, scenarios, [*problems, *failed]


def _untouched(file: Path, edition: "Edition", where: str) -> "Iterator[Problem]":
    """Yield a warning where the directory is still the one that `init` wrote."""
    from daemon.domain.errors import Problem, Severity
    from daemon.rulebook.own.beginning import beginning

    pack = edition.book.pack(edition.deciding().default_pathway)
    kept = file.read_text("utf-8", errors="replace")  # what is no UTF-8 is told of where it is read
    if kept == beginning(pack, edition.book.vocabulary)[file.name]:
        what = "it stands as `daykeeper init` wrote it: its people are invented, and mail to them is lost"
        yield Problem(
            where, what, "write your own people, and who holds each role", Severity.WARNING
        )


def _scenarios(edition: "Edition", own: str) -> "tuple[int, list[Problem]]":
    from daemon.rulebook.checks.expectations import run_own_scenarios
    from daemon.rulebook.checks.tuned import lost_scenarios

    many, problems = run_own_scenarios(edition, own)
    return many, [*problems, *lost_scenarios(edition, own)]
