#!/usr/bin/python3 -I
"""Tell a person by mail that a unit has failed: the standard library alone, and nothing of Daykeeper.

Called with the unit's name by daykeeper-failed@.service, which takes these from /etc/daykeeper/failed.env:
  FAILED_TO        who is told; several with commas between
  FAILED_HOST      the mail server, by default localhost; best not the one by which Daykeeper sends
  FAILED_PORT      by default 25, or 465 where FAILED_SECURITY is tls
  FAILED_FROM      by default daykeeper-failed@ and the name of this machine
  FAILED_SECURITY  starttls, tls or none, and nothing else; by default starttls where the server offers it
  FAILED_USER      with the password in the credential `password`, or in FAILED_PASSWORD
One mail an hour and unit: one that fails again and again is told of once. Ends with 1 where nobody was told.
"""

import os
import smtplib
import socket
import ssl
import sys
from datetime import datetime, timezone
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from time import time

EVERY_S = 3600
WAIT_S = 30
TEXT = """{unit} has failed on {host} ({how}) at {at}.

While it is away, nobody may be told what is due. It is started again by itself, now and every
few minutes. Look why:

  systemctl status {unit}
  journalctl --unit {unit} --since -1h

This mail goes by a path of its own, at most once an hour. The alarms' page says what to do:
docs/alarms.md.
"""


def main(unit: str) -> int:
    """Send the mail unless one went out within the hour; return the exit code."""
    stamp = Path(os.environ.get("STATE_DIRECTORY", "."), f"{unit.replace('/', '-')}.told")
    if stamp.exists() and 0 <= time() - stamp.stat().st_mtime < EVERY_S:
        print(f"{unit}: somebody was told within the hour")
        return 0
    if not os.environ.get("FAILED_TO"):
        print(f"{unit}: nobody was told: name somebody as FAILED_TO in failed.env", file=sys.stderr)
        return 1
    try:
        send(letter(unit))
    except (OSError, smtplib.SMTPException, KeyError, ValueError) as error:
        print(f"{unit}: nobody was told: {error!r}", file=sys.stderr)
        return 1
    print(f"{unit}: told")
    try:
        stamp.touch()
    except OSError as error:  # it would be told again at each failure
        print(f"{unit}: {stamp} cannot be written: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def letter(unit: str) -> EmailMessage:
    """Return the mail. It says nothing of what the unit logged: that may name a case."""
    host = socket.getfqdn()
    names = ("MONITOR_SERVICE_RESULT", "MONITOR_EXIT_CODE", "MONITOR_EXIT_STATUS")
    how = " ".join(os.environ[name] for name in names if os.environ.get(name)) or "no reason given"
    mail = EmailMessage()
    mail["Subject"] = f"{unit} has failed on {host}"
    mail["From"] = os.environ.get("FAILED_FROM") or f"daykeeper-failed@{host}"
    mail["To"] = os.environ["FAILED_TO"]
    now = datetime.now(timezone.utc)  # noqa: UP017 - the system's own Python may be an older one
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=host)
    mail["Auto-Submitted"] = "auto-generated"
    at = f"{now:%Y-%m-%d %H:%M} UTC"
    mail.set_content(TEXT.format(unit=unit, host=host, how=how, at=at))
    return mail


def send(mail: EmailMessage) -> None:
    """Hand the mail over, to all or to those whom the server takes."""
    how, host = (
        os.environ.get("FAILED_SECURITY", "").lower(),
        os.environ.get("FAILED_HOST") or "localhost",
    )
    if how not in (
        "",
        "starttls",
        "tls",
        "none",
    ):  # never a password in clear for a slip of the pen
        raise ValueError("FAILED_SECURITY is none of starttls, tls, none")
    port = int(os.environ.get("FAILED_PORT") or (465 if how == "tls" else 25))
    trust = ssl.create_default_context()
    trust.minimum_version = ssl.TLSVersion.TLSv1_2
    secure = {"context": trust} if how == "tls" else {}
    kind = smtplib.SMTP_SSL if how == "tls" else smtplib.SMTP
    with kind(host, port, timeout=WAIT_S, **secure) as server:
        server.ehlo()
        if how == "starttls" or (not how and server.has_extn("starttls")):
            server.starttls(context=trust)
        if user := os.environ.get("FAILED_USER"):
            server.login(user, password())
        server.send_message(mail)


def password() -> str:
    """Return the password: systemd's credential, else the variable."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    kept = Path(folder, "password") if folder else None
    return kept.read_text().strip() if kept and kept.exists() else os.environ["FAILED_PASSWORD"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
