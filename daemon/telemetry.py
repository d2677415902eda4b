"""How the machine is: structured logs that can hold no case data, and metrics.

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
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from structlog.typing import EventDict, Processor, WrappedLogger

SPACE = "daykeeper"
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

    def say(error: BaseException | None, what: str) -> None:
        if not isinstance(error, SystemExit):
            log.critical(what, exc_info=error)

    sys.excepthook = lambda _, error, __: say(error, "process.failed")
    threading.excepthook = lambda args: say(args.exc_value, "thread.failed")
    sys.unraisablehook = lambda args: say(args.exc_value, "failure.unraised")


class Metrics:
    """Every figure that the service shows to Prometheus, in a registry of its own.

    What the database knows is read from it when Prometheus asks, so that every process of an
    installation tells the same and a restart loses nothing.
    """

    def __init__(self, holder: str = "", *, is_queued: bool = True) -> None:
        """`holder`: by what name this run leads, if it does; `is_queued`: Redis is to be used."""
        self.holder, self.is_queued = holder, is_queued
        self.registry = CollectorRegistry()
        self.database_ok = self._gauge("database_ok", "0 while the database cannot be used.")
        self.time = self._gauge(
            "time_seconds", "What a clock shows, since 1970: the machine's, and the one of all decisions.",
            "clock",
        )  # fmt: skip
        self.leader = self._gauge("leader", "1 while this run leads: it decides what is due.")
        self.beat_age = self._gauge(
            "beat_age_seconds", "Time since a run last led; +Inf before any has."
        )
        self.workers = self._gauge("workers", "Workers that are there.")
        self.worker_seen = self._gauge(
            "worker_seen_seconds", "Time since a worker has said that it is there.", "worker"
        )
        self.redis_ok = self._gauge("redis_ok", "0 while Redis is to be used and cannot be.")
        self.state_kept = self._gauge(
            "state_kept", "0 while a machine cannot write its state file."
        )
        self.held = self._gauge(
            "held", "What is held: for data, by the brake, a restore, a pause, unreadable.", "why"
        )
        self.paused = self._gauge("paused", "1 while an operator has switched all sending off.")
        self.unheard = self._gauge("unheard", "Refused messages that reached nobody else either.")
        self.notices = self._gauge("notices", "Notices, by state.", "state")
        self.messages = self._gauge(
            "messages", "Messages, by channel and state.", "channel", "state"
        )
        self.journal_entries = self._gauge("journal_entries", "Entries sealed into the chain.")
        self.journal_unsealed = self._gauge("journal_unsealed", "Entries that wait to be sealed.")
        self.obligations = self._gauge("obligations", "Obligations, by state.", "state")
        self.due_unsent_oldest = self._gauge(
            "due_unsent_oldest_seconds", "Age of the oldest notice that is due and not sent."
        )
        self.held_notices = self._gauge(
            "held_notices", "Ladders that wait for data: held{why=data}."
        )
        self.feed_age = self._gauge("feed_age_seconds", "Age of what a feed last told.", "feed")
        self.feed_fresh_within = self._gauge(
            "feed_fresh_within_seconds", "How old the data of a feed may be.", "feed"
        )
        self.feed_ok = self._gauge("feed_ok", "1 while a feed can be read.", "feed")
        self.audit_age = self._gauge(
            "audit_age_seconds", "Time since the audit last ended; +Inf before it first has."
        )
        self.audit_missed = self._gauge(
            "audit_missed", "What should have gone out by then, and had not."
        )
        self.feed_rows = self._gauge("feed_rows", "Rows of the last good whole reading.", "feed")
        self.feed_unreadable = self._gauge(
            "feed_unreadable_rows", "Rows of a feed that cannot be used, each once.", "feed"
        )
        self.rulebook_ok = self._gauge("rulebook_ok", "1 while the policies on disk are in force.")
        self.invitations = self._gauge(
            "invitations",
            "Calendar entries by state; bounced and unanswered of those ahead.",
            "state",
        )
        self.quarantine_records = self._gauge("quarantine_records", "Records that are unreadable.")
        self.auditor_age = self._gauge(
            "auditor_age_seconds", "Time since the auditor last came to its end; +Inf before."
        )
        self.auditor_found = self._gauge(
            "auditor_found", "What the auditor last found: missed, unexplained.", "what"
        )
        self.heard_age = self._gauge(
            "auditor_heard_age_seconds",
            "Time since a way of the auditor's last took it: heartbeat, mail, alive.",
            "way",
        )
        self.tick = Histogram(
            "tick_seconds", "Time that one pass takes.", namespace=SPACE, registry=self.registry
        )

    def render(self) -> bytes:
        """Return the figures in Prometheus' text form."""
        return generate_latest(self.registry)

    def render_lost(self) -> bytes:
        """Return what can be said without the database: that it is away, and nothing that was true before."""
        self.database_ok.set(0)
        return generate_latest(self.registry.restricted_registry([f"{SPACE}_database_ok"]))

    def _gauge(self, name: str, means: str, *labels: str) -> Gauge:
        return Gauge(name, means, labels, namespace=SPACE, registry=self.registry)
