"""dramatiq's broker on Redis, so bent that whatever befalls Redis costs seconds and no restart.

What dramatiq does by itself (2.2): a reply that is lost leaves its message in the hands of a worker
that lives, for ever; a timeout or a refusal ends a consumer with a stack trace, and an answer to it
may block a thread. Here all of these are one case: wait a moment, and go on under a new name, so that
what the old one held returns to the queue.
"""

from collections.abc import Iterable
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import redis
from dramatiq import Consumer, MessageProxy
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ConnectionClosed
from redis.backoff import NoBackoff
from redis.retry import Retry

from daemon.domain.errors import Problem, Refusal
from daemon.domain.secret import file_beside, private_file
from daemon.jobs.reach import Reach
from daemon.option_paths import SecretPath

WIRE: dict[str, Any] = {
    "socket_connect_timeout": 2.0,
    "socket_timeout": 2.0,
    "socket_keepalive": True,
    "health_check_interval": 15,
    "retry": Retry(NoBackoff(), 0),  # a retry of the library's own would hide a lost reply
    "protocol": 2,
}
HEARTBEAT_MS = 15_000  # of one that is silent for so long, the wake-ups return to their queue
MAINTENANCE = 100_000  # of a million commands: one in ten looks for who fell silent
DEAD_MS = 60_000
PAUSE_S = 1.0
# UnicodeError: an odd name of a host
FAILURES = (redis.RedisError, ConnectionClosed, OSError, UnicodeError)


class PasswordFile(redis.CredentialProvider):
    """Who we are, asked for each new connection: the password that its file holds now."""

    def __init__(self, username: str | None, file: Path) -> None:
        self.username, self.file = username and unquote(username), file

    def get_credentials(self) -> tuple[str] | tuple[str, str]:
        """Return what is sent; raises AuthenticationError where there is no password to be had."""
        try:
            word = self.file.read_text("ascii").rstrip("\r\n")
        except (OSError, UnicodeError):
            raise redis.AuthenticationError("invalid password") from None
        return (self.username, word) if self.username else (word,)


class RedisWire(RedisBroker):
    """The wake-ups of one authority. There are no delays: no deadline may live here."""

    def __init__(
        self, url: str, authority: str, reach: Reach, password_file: Path | None = None
    ) -> None:
        """Connects to nothing yet; raises Refusal for an address, or a password's file, that cannot be meant."""
        if password_file is not None:
            try:
                password_file = SecretPath(private_file(file_beside(password_file, Path()))).hold()
            except ValueError as error:
                what, _, mend = str(error).partition("; ")
                raise Refusal(Problem("broker_password_file", what, mend)) from None
        try:
            parts = urlsplit(url)
            login: dict[str, Any] = {}
            if password_file is not None:
                login = {"credential_provider": PasswordFile(parts.username, password_file)}
                url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
            client = redis.Redis.from_url(url, **WIRE, **login)
        except ValueError:
            what = "a part of this address cannot be read"
            raise Refusal(Problem("broker", what, 'write it as "redis://HOST:6379/0"')) from None
        super().__init__(  # type: ignore[no-untyped-call]  # dramatiq's own has no types
            client=client,
            namespace=f"daykeeper-{authority}",
            heartbeat_timeout=HEARTBEAT_MS,
            maintenance_chance=MAINTENANCE,
            dead_message_ttl=DEAD_MS,
        )
        self.reach = reach
        self.is_proven = False

    def declare_queue(self, queue_name: str) -> None:
        """Declare a queue, and none beside it for delayed messages."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues.add(queue_name)
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        """Return a consumer that outlives every failure."""
        return Patient(self, super().consume(queue_name, prefetch, timeout))

    def waiting(self, queue_name: str) -> int:
        """Return how many wake-ups nobody has fetched. A lost one is not counted, and so holds up none."""
        return int(self.client.llen(f"{self.namespace}:{queue_name}"))

    def prove(self) -> None:
        """Raise InvalidResponse where this is no Redis: there are servers that say OK to everything."""
        word = uuid4().hex
        if self.client.echo(word) != word.encode():
            raise redis.InvalidResponse("no-redis")
        self.is_proven = True

    def begin_anew(self) -> None:
        """Take a new name: the old one falls silent, and what it held returns to its queue."""
        self.is_proven = False
        self.broker_id = str(uuid4())


class Patient(Consumer):
    """A consumer for which a failure is a pause."""

    def __init__(self, broker: RedisWire, inner: Consumer) -> None:
        self._broker, self._inner = broker, inner
        self._pause = Event()

    def __next__(self) -> MessageProxy | None:
        """Return the next wake-up, or None where there is none or Redis does not give it."""
        try:
            if not self._broker.is_proven:
                self._broker.prove()
            found = next(self._inner)
        except FAILURES as error:
            self._fail(error)
            self._pause.wait(PAUSE_S)
            return None
        self._broker.reach.answered()
        return found

    def ack(self, message: MessageProxy) -> None:
        """Take a wake-up away; in vain, it comes once more and finds nothing to do."""
        try:
            self._inner.ack(message)
        except FAILURES as error:
            self._fail(error)

    def nack(self, message: MessageProxy) -> None:
        """Take it away all the same: a wake-up that failed is worth no keeping."""
        self.ack(message)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Give back what was fetched and not begun."""
        try:
            self._inner.requeue(messages)
        except FAILURES as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        cause = error.args[0] if isinstance(error, ConnectionClosed) and error.args else error
        self._broker.reach.failed(cause if isinstance(cause, Exception) else error)
        self._broker.begin_anew()
