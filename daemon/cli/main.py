"""The verbs and their options. Exit codes: 0 done, 1 something must be mended, 2 the words of the command are off."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import TracebackType
from typing import Any, NoReturn, TextIO, cast

import daemon
from daemon.domain.errors import Problem, Refusal

ABOUT = (
    "Daykeeper keeps child-protection conferences on their days: "
    "it watches case records and tells the right person."
)
CODES = "exit codes: 0 done; 1 something is wrong, said in one line a mistake; 2 the command's words are off"
VERBS = (
    "run",
    "worker",
    "audit",
    "demo",
    "init",
    "check",
    "diff",
    "explain",
    "simulate",
    "preview",
    "shadow",
    "rehearse",
    "report",
    "docs",
    "schema",
    "feed",
    "doctor",
    "try_",
    "status",
    "database",
    "secrets",
    "journal",
    "challenges",
    "questions",
    "held",
    "release",
    "pause",
    "purge",
    "completion",
)


class OutputLost(Exception):
    """What a command says cannot be written: a full disk, as a rule. No OSError, which many a hand would catch."""


class Output:
    """Standard output, whose failures cannot be taken for those of another file; a closed pipe is none."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        """Return whatever else the stream can do."""
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write; raises OutputLost, and BrokenPipeError."""
        with _told_apart():
            return self.stream.write(text)

    def flush(self) -> None:
        """Have all on its way; raises as `write` does."""
        with _told_apart():
            self.stream.flush()


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputLost(error.strerror) from None


class Parser(argparse.ArgumentParser):
    """A parser whose help keeps our line breaks and whose errors are one line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **kwargs)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Return what is known; what is not is an error here, where the help of this very verb can be named."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Print what is off in one line, and exit 2."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def parser(verb: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of every verb; of the one that is asked for, where it is one: the others cost time."""
    top = Parser(prog="daykeeper", description=ABOUT, epilog=CODES)
    top.add_argument("--version", action="version", version=f"daykeeper {daemon.RELEASE}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=Parser)
    for name in (verb,) if verb in VERBS else VERBS:
        import_module(f"daemon.cli.{name}").add(verbs)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. A person's mistake is one line, never a stack trace."""
    if getattr(daemon, "OWNER", None) != "daykeeper":
        sys.stderr.write(
            'daykeeper: another package has taken the name "daemon"; uninstall python-daemon from this environment\n'
        )
        return 1
    if sys.stdout is None:
        sys.stderr.write(
            "daykeeper: standard output is closed, so nothing is done; leave it open\n"
        )
        return 1
    sys.excepthook = say_uncaught
    words, stream = sys.argv[1:] if argv is None else argv, sys.stdout
    sys.stdout = cast(TextIO, Output(stream))
    try:
        try:
            return _act(words)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough: `daykeeper … | head`
        _drop_the_rest(stream)
        return 0
    except OutputLost as lost:
        sys.stderr.write(
            f"daykeeper: standard output cannot be written ({lost}), and what this command did before stands; "
            "make room, and run it again\n"
        )
        _drop_the_rest(stream)
        return 1
    finally:
        sys.stdout = stream


def _act(words: Sequence[str]) -> int:
    """Do what the words say and return the exit code; a fault of ours, and an output that is lost, are raised."""
    try:
        args = parser(words[0] if words else None).parse_args(words)
        return int(args.act(args))
    except Refusal as refusal:
        for problem in refusal.problems:
            say_problem(problem)
        return 1
    except Exception as error:
        # StoreUnavailable's: most verbs never load its module
        told = getattr(error, "problem", None)
        if not isinstance(told, Problem):
            raise
        say_problem(told)
        return 1
    except KeyboardInterrupt:
        return 130


def _drop_the_rest(stream: TextIO) -> None:
    """Have what is not yet written go nowhere: Python itself would complain of it when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def say_uncaught(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    """Print a fault of ours as one line, without its words: they may quote a case."""
    from daemon.telemetry import places

    sys.stderr.write(f"daykeeper: a fault of ours: {places(error)}; report it to us\n")


def say_problem(problem: Problem) -> None:
    """Print one mistake as one line."""
    sys.stderr.write(f"{problem}\n")
