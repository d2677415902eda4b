"""What a mail to one domain must carry, so that our relay or theirs treats it as secret."""

from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from enum import StrEnum

from daemon.domain.mail import header_text

EVERY_OTHER = "*"
MARK_MOST = 40  # characters of a mark in a subject


class Guard(StrEnum):
    """How mail to a domain goes out."""

    PLAIN = "plain"  # as it is: the domain's own servers demand TLS
    TAG = "tag"  # a mark in the subject tells our relay to encrypt it
    LABEL = "label"  # a header says so
    LINK = "link"  # nothing but a link: whoever follows it must sign in


SAYS = {
    Guard.PLAIN: "goes as it is",
    Guard.TAG: "carries {tag} in its subject",
    Guard.LABEL: "carries the header {label}",
    Guard.LINK: "says nothing but where to look",
}


def guard_for(table: Mapping[str, Guard], address: str) -> Guard:
    """Return how mail to an address goes out: as its own domain says, else as every other does."""
    domain = address.rpartition("@")[2]
    return table.get(domain, table.get(EVERY_OTHER, Guard.PLAIN))


def mark(mail: EmailMessage, guard: Guard, tag: str, label: tuple[str, str]) -> None:
    """Write into a mail what its guard asks for."""
    if guard is Guard.TAG:
        mail.replace_header("Subject", header_text(f"{tag} {mail['Subject']}"))
    elif guard is Guard.LABEL:
        mail[label[0]] = label[1]


def explain(table: Mapping[str, Guard], tag: str, label: tuple[str, str]) -> Iterator[str]:
    """Yield a sentence for each way in which mail goes out, the rest last."""
    named = {domain: guard for domain, guard in table.items() if domain != EVERY_OTHER}
    for guard in Guard:
        domains = sorted(domain for domain, own in named.items() if own is guard)
        if domains:
            says = SAYS[guard].format(tag=tag, label=label[0])
            yield f"mail to {', '.join(domains)} {says}"
    rest = SAYS[table.get(EVERY_OTHER, Guard.PLAIN)].format(tag=tag, label=label[0])
    yield f"mail to every {'other ' if named else ''}domain {rest}"
