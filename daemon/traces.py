"""Traces by OpenTelemetry, where the settings ask for them: how long rounds, readings and sends take.

What is told of each stands at the ports: ids, counts, the name of an answer. An adapter's words, a message's, or a
record's are never near a span. Without the table [traces] none of this is loaded.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from typing import Any

from daemon.domain.errors import Problem, Refusal, WireError
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.engine.house import Feed
from daemon.ports import Channel, Page, Unreadable
from daemon.settings.traces import Traces as Table

SERVICE = "daykeeper"
END_S = 5.0
Told = str | int | float | bool


class Untold:
    """Tells nothing."""

    def span(self, name: str, **ids: Told) -> AbstractContextManager[Any]:
        """Return what a piece of work is done in."""
        return nullcontext()

    def of_channels(self, channels: dict[str, Channel]) -> dict[str, Channel]:
        """Return them as they are."""
        return channels

    def of_feeds(self, feeds: dict[str, Feed]) -> dict[str, Feed]:
        """Return them as they are."""
        return feeds

    def close(self) -> None:
        """Do nothing."""


UNTOLD = Untold()


class Traces:
    """Tells a collector of each piece of work. One that is away costs spans, and holds up nothing."""

    def __init__(self, table: Table, authority: str) -> None:
        """Begin; raises Refusal where the library is not installed, or a file is not as it must be."""
        headers = table.headers()
        try:
            import requests  # noqa: PLC0415 - of an extra, with all below
            from opentelemetry.sdk import resources, trace  # noqa: PLC0415
            from opentelemetry.sdk.trace import export, sampling  # noqa: PLC0415

            otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
        except ImportError:
            how = "run: pip install 'daykeeper[traces]'"
            raise Refusal(Problem("traces", "OpenTelemetry is not installed", how)) from None
        session = requests.Session()
        session.trust_env, session.max_redirects = False, 0
        about = {
            "service.name": SERVICE, "service.namespace": authority, "service.version": version(SERVICE),
        }  # fmt: skip
        self._provider = trace.TracerProvider(
            resource=resources.Resource(about),
            sampler=sampling.ParentBased(sampling.TraceIdRatioBased(table.share)),
            shutdown_on_exit=False,
        )
        exporter = otlp.OTLPSpanExporter(
            endpoint=table.endpoint, headers=headers, timeout=table.timeout_s, session=session,
            certificate_file=str(table.ca_file) if table.ca_file else None,
        )  # fmt: skip
        self._provider.add_span_processor(export.BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer(SERVICE)

    @contextmanager
    def span(self, name: str, **ids: Told) -> Iterator[Any]:
        """Be what a piece of work is done in; `ids` are told of it. An error's words are not."""
        with self._tracer.start_as_current_span(
            name, attributes=ids, record_exception=False, set_status_on_exception=False
        ) as span:
            yield span

    def of_channels(self, channels: dict[str, Channel]) -> dict[str, Channel]:
        """Return them so that of each send is told."""
        return {word: TracedChannel(word, one, self) for word, one in channels.items()}

    def of_feeds(self, feeds: dict[str, Feed]) -> dict[str, Feed]:
        """Return them so that of each reading is told."""
        return {
            name: replace(feed, source=TracedSource(name, feed.source, self))
            for name, feed in feeds.items()
        }

    def close(self) -> None:
        """Send what is left, for some seconds at most."""
        with suppress(Exception):  # a collector must not keep us from ending
            self._provider.force_flush(int(END_S * 1000))
            self._provider.shutdown()


class TracedChannel:
    """A channel of whose sends each is told: by which way, under which key, and what the answer was."""

    def __init__(self, word: str, channel: Channel, traces: Traces) -> None:
        self._word, self._channel, self._traces = word, channel, traces

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the message over, as the channel does."""
        with self._traces.span("message.sent", channel=self._word, message=key) as span:
            try:
                receipt = self._channel.send(message, to, key)
            except WireError as error:
                span.set_attributes({"outcome": type(error).__name__, "reason": error.reason})
                raise
            span.set_attribute("outcome", "accepted")
            return receipt

    def __getattr__(self, name: str) -> Any:
        """Return whatever else the channel has."""
        return getattr(self._channel, name)


class TracedSource:
    """A source of whose readings each is told: its name, how many records came, and how many problems."""

    def __init__(self, name: str, source: Any, traces: Traces) -> None:
        self._name, self._source, self._traces = name, source, traces

    def read(self, cursor: str | None) -> Page:
        """Read, as the source does."""
        with self._traces.span("feed.read", feed=self._name) as span:
            try:
                page: Page = self._source.read(cursor)
            except Unreadable:
                span.set_attribute("outcome", "unreadable")
                raise
            many = {"records": len(page.records), "problems": len(page.problems)}
            span.set_attributes({"outcome": "read", "whole": page.whole, **many})
            return page

    def __getattr__(self, name: str) -> Any:
        """Return whatever else the source has."""
        return getattr(self._source, name)


def traces_of(table: Table | None, authority: str) -> Traces | Untold:
    """Return what tells of our work; raises Refusal."""
    return UNTOLD if table is None else Traces(table, authority)
