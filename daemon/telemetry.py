"""How the machine is: structured logs that can hold no case data.

The journal says what was decided and why; this says whether the machine works.
"""

import logging
import re
import sys
import threading
from collections.abc import Mapping
from datetime import date, time, timedelta
from pathlib import PurePath
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

BLANK = "[blanked]"
LONGEST = 300  # characters of one value
PRIVATE = frozenset({
    "name", "names", "forename", "forenames", "surname", "fullname", "address", "addresses",
    "email", "mail", "sender", "to", "cc", "bcc", "recipient", "recipients", "subject", "body",
    "text", "html", "lead", "narrative", "notes", "comment", "born", "dob", "password", "secret",
    "token", "cookie", "authorization", "url", "payload",
})  # fmt: skip
ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
QUERY = re.compile(r"(://[^\s?]+)\?\S+")  # what follows the question mark may be a secret
QUIET = {  # libraries that say more than they should, or more than anybody wants
    "authlib": logging.WARNING,  # its lines carry what proves a sign-in
    "httpx": logging.WARNING,
    "httpx2": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpcore2": logging.WARNING,
    "urllib3": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
    "asyncio": logging.WARNING,
    "uvicorn": logging.WARNING,
    "uvicorn.access": logging.CRITICAL,  # its lines carry the addresses of links
    "mail.log": logging.CRITICAL,  # aiosmtpd's lines carry recipients
    "mail.debug": logging.CRITICAL,
    "dramatiq": logging.WARNING,
}


class LeakError(Exception):
    """A log line was given what it may not hold. Only tests see this: a service blanks it."""


class Redactor:
    """Blanks what could tell who a case is about: `strict` raises LeakError instead.

    By the last word of a key, by a mail address or a URL's query in a value; of an object only its
    type is shown, because how it prints itself is not known here.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict

    def __call__(self, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
        """Return the line without anything private."""
        for key, value in event.items():
            if not key.startswith("_") and key != "exc_info":  # structlog's own
                event[key] = self.cleaned(key, value)
        return event

    def cleaned(self, key: str, value: object) -> object:
        """Return a value as it may be logged: plain, short, nothing private."""
        if key.lower().replace("-", "_").rpartition("_")[2] in PRIVATE:
            return self._blank(key, BLANK)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, str | date | time | timedelta | PurePath):
            text = QUERY.sub(rf"\1?{BLANK}", ADDRESS.sub(BLANK, str(value)))
            if text != str(value):
                self._blank(key, text)
            return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
        if isinstance(value, Mapping):
            return {str(word): self.cleaned(str(word), one) for word, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.cleaned(key, one) for one in value]
        return self._blank(key, f"[{type(value).__name__}]")

    def _blank(self, key: str, instead: str) -> str:
        if self.strict:
            raise LeakError(f"{key} may not stand in a log line; log an id")
        return instead


def say_failure(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and the places that it passed: its text may quote a case."""
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()
    error = failure[1] if isinstance(failure, tuple) else failure
    if isinstance(error, BaseException):
        event["exception"] = places(error)
    return event


def say_no_words_of_it(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Take the words of an exception out of a library's line: asyncio prints the task that failed."""
    failure = event.get("exc_info")
    error = failure[1] if isinstance(failure, tuple) else failure
    if isinstance(error, BaseException):
        first = str(event.get("event", "")).partition("\n")[0]
        for words in (str(error), *map(str, error.args)):
            first = first.replace(words, BLANK) if words else first
        event["event"] = first
    return event


def places(error: BaseException) -> str:
    """Return of which kind an exception is and where it passed, with what it came from; none of its words."""
    return " from ".join(_failures(error))


def _failures(error: BaseException) -> list[str]:
    told: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        told.append(
            f"{type(one).__module__}.{type(one).__qualname__} at {_path(one.__traceback__)}"
        )
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return told


def _path(traceback: TracebackType | None) -> str:
    places = []
    while traceback is not None:
        file = PurePath(traceback.tb_frame.f_code.co_filename)
        places.append(f"{file.parent.name}/{file.name}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return " > ".join(places[-12:]) or "an unknown place"


def set_up_logs(
    form: Literal["console", "json"] = "console",
    level: str = "info",
    *,
    stream: TextIO | None = None,
    strict: bool = False,
) -> None:
    """Send every log line of this process, a library's too, through the redactor to `stream` (stderr).

    Servers must be started without a logging configuration of their own (uvicorn: `log_config=None`).
    """
    stream = stream or sys.stderr
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            *first,
            Redactor(strict=strict),
            say_failure,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*first, say_no_words_of_it, Redactor(), say_failure],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, number))
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = strict  # a line that cannot be written must not be printed instead


def catch_the_last() -> None:
    """Have what nobody caught told by its kind and place: Python itself would print its words.

    It holds for this process and each of its threads, and for what fails where nothing can be raised.
    """
    log = structlog.get_logger("daykeeper")

    def process(_: object, error: BaseException, __: object) -> None:
        if not isinstance(error, SystemExit):
            log.critical("process.failed", exc_info=error)

    def thread(args: threading.ExceptHookArgs) -> None:
        if not isinstance(args.exc_value, SystemExit):
            log.critical("thread.failed", exc_info=args.exc_value)

    def unraised(args: "sys.UnraisableHookArgs") -> None:
        if not isinstance(args.exc_value, SystemExit):
            log.critical("failure.unraised", exc_info=args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = process, thread, unraised
