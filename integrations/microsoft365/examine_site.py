"""Looks at a site of SharePoint before anybody relies on it: what is granted, and whether the site is open to us."""

import re
from collections.abc import Iterator

from daemon.examined import Finding, doubt, fault, fine
from integrations.microsoft365.answers import FORBIDDEN, GONE
from integrations.microsoft365.examine import OK, Desk
from integrations.microsoft365.session import Session

SELECTED = "Sites.Selected"  # of all permissions the one that opens no site by itself
EVERY_SITE = re.compile(r"(Sites|Files)\.(?!.*Selected)")
GUIDE = "docs/how-to/diary-in-microsoft365.md"


def examine_site(session: Session, address: str, path: str) -> Iterator[Finding]:
    """Yield how the site of a diary stands: sign-in, the permission, and whether the site can be read."""
    desk = Desk(session)
    yield from desk.sign_in()
    if desk.roles is None:
        return
    broad = sorted(role for role in desk.roles if EVERY_SITE.match(role))
    if SELECTED in desk.roles:
        yield fine(f"{SELECTED} is granted")
    elif broad:
        what = f"{' and '.join(broad)} opens every site of the tenant to us"
        yield doubt(what, f"grant {SELECTED} in its place, and `read` on the one site ({GUIDE}, 1)")
    else:
        yield fault(f"{SELECTED} is not granted in Entra", f"grant it ({GUIDE}, 1)")
    status = desk.status(f"{path}?$select=id")
    if status == OK:
        yield fine(f"{address} can be read")
    elif status == FORBIDDEN:
        yield fault(f"{address} may not be read by us (403)", f"give us `read` on it ({GUIDE}, 2)")
    elif status == GONE:
        yield fault(f"there is no site {address}", "write its address as a browser shows it")
    else:
        yield doubt(f"whether {address} can be read cannot be told ({status})", "ask again later")
