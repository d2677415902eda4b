"""A real mail relay, Postfix, with a configuration and a queue of its own; root alone may run it."""

import os
import pwd
import shutil
import signal
import smtplib
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Self

from tests.ports import free_port

PLACES = ("/usr/sbin", "/usr/local/sbin")
TLS = Path(__file__).parent / "integrations" / "smtp" / "tls"
START_S, STOP_S = 30.0, 30.0
OWNER = "postfix"
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = {owner}
maillog_file = {folder}/log/mail.log
maillog_file_prefixes = {folder}/log
myhostname = relay.council.example
myorigin = council.example
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{onward}
smtp_host_lookup = native
disable_dns_lookups = yes
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {folder}/localhost.pem
smtpd_tls_key_file = {folder}/key.pem
smtp_tls_security_level = none
smtpd_relay_restrictions = permit_mynetworks, reject
smtp_dns_support_level = disabled
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
"""


def program() -> str | None:
    """Return the relay's program on this machine; None where there is none."""
    return shutil.which("postfix", path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))


def why_not() -> str | None:
    """Return why no relay can run here; None where one can."""
    if program() is None:
        return "no Postfix on this machine: install the package postfix"
    return None if os.getuid() == 0 else "Postfix runs for root alone"


class Postfix:
    """One relay on loopback, by TLS alone. It hands everything to the server on the port `onward`."""

    def __init__(self, onward: int, more: str = "") -> None:
        """Choose its port; `more` stands above what it is otherwise told."""
        self.port, self.onward, self.more = free_port(), onward, more

    def __enter__(self) -> Self:
        """Start it, and wait until it greets."""
        found = program() or "postfix"
        # not below a folder that only this account may enter: its servers run as somebody else
        self.folder = Path(tempfile.mkdtemp(prefix="daykeeper-postfix-"))
        self.folder.chmod(0o755)
        config = self.folder / "config"
        for name in ("config", "queue", "data", "log"):
            (self.folder / name).mkdir()
        for name, own in (("localhost.pem", "localhost.pem"), ("key-for-tests.pem", "key.pem")):
            shutil.copy(TLS / name, self.folder / own)
        os.chown(self.folder / "data", pwd.getpwnam(OWNER).pw_uid, -1)
        asked = [str(Path(found).with_name("postconf")), "-h", "daemon_directory"]
        daemons = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
        values = {"folder": self.folder, "port": self.port, "onward": self.onward}
        told = MAIN.format(**values, daemons=daemons, owner=OWNER)
        (config / "main.cf").write_text(f"{told}{self.more}\n")
        (config / "master.cf").write_text(MASTER.format(**values))
        self.process = subprocess.Popen(
            [found, "-c", str(config), "start-fg"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until = monotonic() + START_S
        while not self._greets():
            if self.process.poll() is not None or monotonic() > until:
                self._stop()
                raise ConnectionError(self.log())
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and leave nothing."""
        self._stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """Return what it wrote of itself."""
        file = self.folder / "log" / "mail.log"
        return file.read_text() if file.exists() else "it did not start"

    def _stop(self) -> None:
        """End the process that it began as, and the one that serves where that is another."""
        serving = self.folder / "queue" / "pid" / "master.pid"
        with suppress(OSError, ValueError):
            os.kill(int(serving.read_text()), signal.SIGTERM)
        with suppress(OSError):
            self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _greets(self) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=2) as made:
                return made.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False
