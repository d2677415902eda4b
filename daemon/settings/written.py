"""How values are written in the settings: lengths of time, opening hours, addresses.

But for the first, each function returns the value or raises ValueError("what is wrong; how to
mend it").
"""

import re
import tomllib
from datetime import time, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from daemon.domain.errors import Problem, Refusal
from daemon.domain.mail import parse_address

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
LONGEST_S = 3653 * UNITS["day"]
LAST_PORT = 65535
SLUG_MOST = 60
EMBEDDED = "memory"  # the broker of a service that is one process
WRITE_BROKER = 'write "memory" or "redis://HOST:6379/0"'
BROKER_OPTIONS = frozenset({"db", "ssl_ca_certs", "ssl_cert_reqs", "ssl_certfile", "ssl_keyfile"})


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file; raises Refusal with the line that is wrong."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        problem = Problem(
            str(path), "there is no such file", "name the settings with --config FILE"
        )
    except OSError as error:
        what = f"it cannot be read ({(error.strerror or 'unknown reason').lower()})"
        problem = Problem(str(path), what, "name a file that this account may read")
    except UnicodeDecodeError:
        problem = Problem(str(path), "it is not UTF-8 text", "save it as UTF-8")
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)", str(error))
        what = str(error).partition(" (at ")[0]
        where = f"{path}:{found[1]}" if found and found[1] else str(path)
        problem = Problem(
            where, f"this is not TOML: {what[:1].lower()}{what[1:]}", "correct that line"
        )
    raise Refusal(problem)


def slug(value: str) -> str:
    """Return a word that may stand in every table, log line and metric; raises ValueError."""
    if len(value) > SLUG_MOST or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise ValueError('use small letters, digits and hyphens; write it as "stoke-on-trent"')
    return value


def feed_name(value: str) -> str:
    """Return a feed's name; raises ValueError for that of the answers given to us."""
    if not re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", value) or value == "daykeeper":
        raise ValueError(
            "this cannot be a feed's name; use small letters, digits and hyphens, and not"
            ' "daykeeper", which stands for what people answered'
        )
    return value


def duration(value: object) -> timedelta:
    """Return the length of time that a text such as "4 hours" means; raises ValueError."""
    if isinstance(value, timedelta):
        return value
    found = re.fullmatch(r"(\d{1,9}) ?(second|minute|hour|day)s?", str(value).strip())
    if found is None:
        what = "is no length of time" if re.search(r"[a-z]", str(value)) else "lacks its unit"
        raise ValueError(f'"{value}" {what}; write a number and a unit, such as "4 hours"')
    length_s = int(found[1]) * UNITS[found[2]]
    if not 0 < length_s <= LONGEST_S:
        raise ValueError(
            f'"{value}" cannot be meant; write a length between a second and ten years'
        )
    return timedelta(seconds=length_s)


def working_days(value: object) -> int:
    """Return the count in a text such as "1 working day"; raises ValueError."""
    found = re.fullmatch(r"(\d{1,2}) working days?", str(value).strip())
    if found is None:
        raise ValueError(f'"{value}" is no count of working days; write it as "1 working day"')
    return int(found[1])


def escalations(value: object) -> int | None:
    """Return how many escalations are not too many, None for "off"; raises ValueError."""
    if value == "off" or value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f'"{value}" is no number of escalations; give one above 0, or "off"')
    return value


def hours(value: object) -> tuple[time, time]:
    """Return when a day opens and closes from a text such as "09:00-17:00"; raises ValueError."""
    if isinstance(value, tuple):
        return value
    clock = r"([01]\d|2[0-3]):[0-5]\d"
    if not isinstance(value, str) or not re.fullmatch(rf"{clock}-{clock}", value):
        raise ValueError('these are no opening hours; write them in quotes, as "09:00-17:00"')
    opens, closes = map(time.fromisoformat, value.split("-"))
    if opens >= closes:
        raise ValueError("the office closes before it opens; put the earlier time first")
    return opens, closes


def listener(value: str) -> str:
    """Return an address to listen on; raises ValueError unless it is HOST:PORT with a real port."""
    host, _, port = value.rpartition(":")
    if not host or not re.fullmatch(r"\d{1,6}", port):
        raise ValueError('this is no place to listen; write it as "127.0.0.1:8700"')
    if int(port) > LAST_PORT:
        raise ValueError(f"{port} is no port; give a number from 1 to 65535")
    return value


def web_address(value: str) -> str:
    """Return the beginning of every link, without a slash at its end; raises ValueError."""
    if not _is_web(value) or urlsplit(value).query:
        raise ValueError('this is no web address; write it as "https://daykeeper.council.example"')
    return value.rstrip("/")


def page_address(value: str) -> str:
    """Return the address of somebody's page; raises ValueError."""
    if not _is_web(value):
        raise ValueError(
            'this is no address of a page; write it as "https://www.council.example/accessibility"'
        )
    return value


def _is_web(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def is_on_this_machine(host: str | None) -> bool:
    """Return whether a host is this machine's loopback, by number or by its one name."""
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"


def mail_domain(value: str) -> str:
    """Return a mail domain in lower case; raises ValueError."""
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", value.lower()):
        raise ValueError('this is no mail domain; write what follows the @, as "council.example"')
    return value.lower()


def mail_address(value: str) -> str:
    """Return one plain mail address; raises ValueError."""
    try:
        return parse_address(value)
    except ValueError:
        raise ValueError('this is no mail address; write it as "duty@council.example"') from None


def broker_address(value: str) -> str:
    """Return `memory` or the address of a Redis; raises ValueError without showing it."""
    if value == EMBEDDED:
        return value
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError(f"the port of this address is no port; {WRITE_BROKER}") from None
    if parts.scheme not in ("redis", "rediss", "unix"):
        raise ValueError(f"this is no broker that we can use; {WRITE_BROKER}")
    if not (parts.path if parts.scheme == "unix" else parts.hostname):
        raise ValueError(f"this address names no place; {WRITE_BROKER}")
    if parts.scheme != "unix" and not re.fullmatch(r"(/\d{0,5})?", parts.path):
        raise ValueError(f"what follows the port is no number of a database; {WRITE_BROKER}")
    if strange := parse_qs(parts.query, keep_blank_values=True).keys() - BROKER_OPTIONS:
        raise ValueError(f"it has an option that we do not know, {min(strange)}; leave it out")
    return value
