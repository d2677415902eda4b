"""Mail providers of the public: whoever has a mailbox there, it is not the authority's, and not a partner's."""

from collections.abc import Callable, Iterator

from daemon.domain.authority import Authority
from daemon.domain.errors import Problem
from daemon.rulebook.own.quiet import NOTHING

PRIVATE_MAIL = frozenset({  # those most used in the United Kingdom; a list can never be whole
    *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com"),
    *("live.co.uk", "msn.com", "yahoo.com", "yahoo.co.uk", "ymail.com", "rocketmail.com"),
    *("icloud.com", "me.com", "mac.com", "aol.com", "aol.co.uk", "btinternet.com", "btopenworld.com"),
    *("sky.com", "talktalk.net", "virginmedia.com", "ntlworld.com", "blueyonder.co.uk"),
    *("tiscali.co.uk", "gmx.com", "gmx.co.uk", "mail.com", "proton.me", "protonmail.com"),
})  # fmt: skip


def private_mail(terms: Authority, say_where: Callable[[str], str]) -> Iterator[Problem]:
    """Yield an error for each domain of ours or of partners by which the words of cases would go to private mailboxes.

    An error, not a warning: what has gone out cannot be called back, and people there are told all the same,
    that they have an item and where to sign in. `say_where` gives the place of a key below `domains`.

    Source: DOMAIN section 6.
    """
    for key, domains in (("internal", terms.internal), ("accepted", terms.accepted)):
        for domain in sorted(domains & PRIVATE_MAIL):
            what = f"{domain} is a mail provider of the public: what is said of cases would go to private mailboxes"
            gets = (
                "nobody there is told anything then"
                if terms.unknown_gets == NOTHING
                else "people there get a link without it"
            )
            yield Problem(say_where(key), what, f"take it out: {gets}")
