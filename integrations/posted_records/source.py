"""Who posts shows it by a signature over what is posted, or by a token; what is posted is read strictly."""

import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from daemon.domain.facts import moment
from daemon.ports import Clock, Denied, Fragment, Page, Unreadable
from integrations.posted_records.config import Config

if TYPE_CHECKING:
    from integrations.posted_records.bearer import Tokens

BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9_.~+/=-]+)")
SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
SHORTEST = 32  # characters of the secret
RECORDS_MOST = 1000
KEYS = frozenset({"records", "as_known_at"})
WHOLE_DIGITS = 18
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


class PostedRecords:
    """A feed that is told. What it was told last stands in its cursor, so that its age is known to every process."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config, self.clock, self.carries = config, clock, config.carries
        self.tokens = tokens_of(config, clock)

    def read(self, cursor: str | None) -> Page:
        """Return nothing new, as old as what was posted last; raises Unreadable before anything was."""
        try:
            known_at = datetime.fromisoformat(cursor or "")
        except ValueError:
            raise Unreadable("nothing has been posted yet") from None
        return Page((), (), cursor, whole=False, read_at=self.clock(), as_known_at=known_at)

    def told(self, proof: str, key: str, body: bytes) -> Page:
        """Return what was posted; raises ValueError for what cannot be read.

        Raises Denied unless the proof is a signature or a token of one who may post, Unreadable where
        that cannot be known now.

        Args:
            proof: the header Daykeeper-Signature where there is one, otherwise Authorization.
            key: the Idempotency-Key, which is signed with the body.
        """
        now = self.clock()
        self._know(proof, key, body, now)
        said = parsed(body)
        records = said.get("records")
        if not isinstance(records, list) or not all(isinstance(one, Mapping) for one in records):
            raise ValueError("records is not a list of objects; write one object a case")
        if len(records) > RECORDS_MOST:
            raise ValueError(f"there are more than {RECORDS_MOST} records; post them in parts")
        if other := set(said) - KEYS:
            raise ValueError(f"{len(other)} keys are unknown; send records and as_known_at alone")
        known_at = min(stated(said["as_known_at"]), now) if "as_known_at" in said else now
        fragments = [Fragment(one, f"records[{index}]") for index, one in enumerate(records)]
        return Page(
            fragments, (), None, whole=False, read_at=now, as_known_at=known_at,
            rows=len(fragments),
        )  # fmt: skip

    def _know(self, proof: str, key: str, body: bytes, now: datetime) -> None:
        """Return where the proof is of one who may post; raises Denied, Unreadable."""
        if token := BEARER.fullmatch(proof):
            if self.tokens is None:
                raise Denied
            self.tokens.check(token[1])
        elif not self._is_signed(proof, key, body, now):
            raise Denied

    def _is_signed(self, signature: str, key: str, body: bytes, now: datetime) -> bool:
        """Return whether the signature is ours, of now, and of these very bytes."""
        match = SIGNATURE.fullmatch(signature)
        if self.config.secret_file is None:
            return False
        try:
            secret = self.config.secret_file.read_bytes().strip()
        except OSError:
            return False
        if match is None or len(secret) < SHORTEST:
            return False
        said = f"{match[1]}.{key}.".encode() + body
        is_ours = hmac.compare_digest(hmac.new(secret, said, sha256).hexdigest(), match[2])
        return is_ours and abs(now.timestamp() - int(match[1])) <= self.config.window_s


def tokens_of(config: Config, clock: Clock) -> "Tokens | None":
    """Return what knows a sender's tokens, None where the settings name no provider."""
    if config.oidc is None:
        return None
    from integrations.posted_records import bearer  # noqa: PLC0415 - only tokens need its libraries

    return bearer.Tokens(config.oidc, clock)


def parsed(body: bytes) -> dict[str, Any]:
    """Return the object that a body holds; raises ValueError."""
    try:
        said = json.loads(body.decode(), parse_int=whole, parse_constant=str)
    except (ValueError, RecursionError):
        raise ValueError("this is no JSON in UTF-8") from None
    if not isinstance(said, dict):
        raise ValueError("this is not an object; send records in one")
    return said


def whole(digits: str) -> int | str:
    """Return a number; one that is longer than any that is counted with stays as it is written."""
    return int(digits) if len(digits) <= WHOLE_DIGITS else digits


def stated(given: object) -> datetime:
    """Return the moment up to which the records are known; raises ValueError."""
    if not isinstance(given, str) or not MOMENT.fullmatch(given):
        raise ValueError("as_known_at is no moment; write it as 2026-03-06T17:30:00Z")
    try:
        return moment(datetime.fromisoformat(given.upper()))[0].astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("as_known_at is no moment that exists") from None
