"""A real IMAP server, Dovecot, with a configuration and folders of its own."""

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Self

import pytest

from tests.ports import free_port

PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
LOGIN, PASSWORD = "answers@council.example", "a-word-for-tests"
START_S, STOP_S = 30.0, 30.0
TLS = Path(__file__).parent / "integrations" / "smtp" / "tls"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{tls}/localhost.pem
ssl_key = <{tls}/key-for-tests.pem
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {secure}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


def program() -> str:
    """Return the path of the server's program; where there is none the test is skipped, and fails where CI=true."""
    found = shutil.which("dovecot", path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("there is no Dovecot: `make machine` brings it")
    if found is None:
        pytest.skip("there is no Dovecot here: `make machine` brings it")
    return found


class Dovecot:
    """One server, for one mailbox. Use it as a context manager."""

    def __init__(self) -> None:
        """Choose its ports: in clear (with STARTTLS), and by TLS."""
        self.port, self.secure = free_port(), free_port()

    def __enter__(self) -> Self:
        """Start it, and wait until it answers."""
        found = program()
        # not below a folder that only this account may enter: Dovecot serves as somebody else
        self.folder = Path(tempfile.mkdtemp(prefix="daykeeper-dovecot-"))
        self.folder.chmod(0o755)
        mail = self.folder / "mail"
        mail.mkdir()
        me = pwd.getpwuid(os.getuid())
        is_root = me.pw_uid == 0
        owner = pwd.getpwnam("nobody") if is_root else me
        os.chown(mail, owner.pw_uid, owner.pw_gid)
        config = self.folder / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                folder=self.folder, tls=TLS, password=PASSWORD, port=self.port, secure=self.secure,
                user=owner.pw_uid, gid=owner.pw_gid,
                internal="dovecot" if is_root else me.pw_name,
                group="dovecot" if is_root else me.pw_gid,
                login="dovenull" if is_root else me.pw_name,
            )
        )  # fmt: skip
        self.process = subprocess.Popen([found, "-F", "-c", str(config)], stdin=subprocess.DEVNULL)
        until = monotonic() + START_S
        while not self._answers():
            if self.process.poll() is not None or monotonic() > until:
                words = self.folder / "log"
                raise ConnectionError(words.read_text() if words.exists() else "it did not start")
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and leave nothing."""
        self.process.terminate()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as made:
                return made.recv(4) == b"* OK"
        except OSError:
            return False

    @contextmanager
    def client(self, login: str = LOGIN):
        """Yield a connection of somebody who may do anything with the mailbox."""
        made = imaplib.IMAP4("127.0.0.1", self.port, timeout=30)
        made.login(login, PASSWORD)
        try:
            yield made
        finally:
            made.logout()

    def put(self, mail: bytes, login: str, at: datetime | None = None, folder: str = "INBOX"):
        """Put a mail into a mailbox, as if it had come at that moment."""
        with self.client(login) as client:
            date = imaplib.Time2Internaldate(at) if at else None
            status, _ = client.append(folder, None, date, mail)
            assert status == "OK"

    def uids(self, login: str, folder: str = "INBOX", wanted: str = "ALL") -> list[int]:
        """Return the mails of a folder, or those of them that are wanted."""
        with self.client(login) as client:
            client.select(folder, readonly=True)
            return [int(one) for one in client.uid("SEARCH", wanted)[1][0].split()]
