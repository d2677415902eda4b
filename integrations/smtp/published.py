"""Whether the name server tells our key to whoever checks our signature: the one module that asks DNS."""

from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP

from daemon.examined import Finding, doubt, fault, fine
from integrations.smtp.config import Config

ASKED_S = 5.0
DNS_PORT = 53
HOW = "docs/how-to/smtp.md, 2"
Records = Callable[[str], Sequence[bytes]]  # a name's TXT records; raises OSError where DNS is mute


def examine_signature(config: Config, records: Records) -> Iterator[Finding]:
    """Yield whether our key can be read, and whether what it signs is genuine by the key that is published."""
    try:
        signer = config.signer()
    except ValueError as error:
        what, _, mend = str(error).partition("; ")
        yield fault(f"dkim_key_file: {what}", mend or "put it back")
        return
    if signer is None:
        return
    name = f"{signer.selector}._domainkey.{signer.domain}"
    try:
        found = records(f"{name}.")
    except OSError:
        what = f"DNS cannot be asked from here, so whether {name} shows our key is not known"
        yield doubt(what, f"from a machine that can: `dig TXT {name}`")
        return
    if not found:
        yield fault(
            f"there is no key at {name}: nobody can check our signature", f"publish it ({HOW})"
        )
        return
    if len(found) > 1:
        yield fault(f"there are {len(found)} records at {name}", "leave the one with our key")
        return
    specimen = EmailMessage(policy=SMTP)
    specimen["From"], specimen["Subject"] = config.sender, "Specimen"
    specimen.set_content("Specimen")
    if is_genuine(signer.sign(specimen.as_bytes()), found[0]):
        yield fine(f"the key at {name} is ours")
    else:
        how = f"publish the other half of dkim_key_file, or correct dkim_selector ({HOW})"
        yield fault(f"by the key at {name} our signature is forged", how)


def is_genuine(mail: bytes, record: bytes) -> bool:
    """Return whether a signed mail stands by a published record."""
    import dkim  # noqa: PLC0415 - loaded where mail is signed, and nowhere else

    def published(name: bytes, timeout: float = ASKED_S) -> bytes:
        del name, timeout
        return record

    return bool(dkim.verify(mail, dnsfunc=published))


def by_dns(name: str, servers: Sequence[str] = (), port: int = DNS_PORT) -> Sequence[bytes]:
    """Return a name's TXT records, each as one; none where there is no such name.

    Asks `servers`, by default those of this machine; raises OSError where none of them answers.
    """
    from dns import resolver  # noqa: PLC0415 - comes with the library that signs
    from dns.exception import DNSException  # noqa: PLC0415

    try:
        asking = resolver.Resolver(configure=not servers)
        if servers:
            asking.nameservers, asking.port = list(servers), port
        answer = asking.resolve(name, "TXT", lifetime=ASKED_S)
    except (resolver.NXDOMAIN, resolver.NoAnswer):
        return ()
    except DNSException as error:
        raise OSError(type(error).__name__) from None
    return [b"".join(row.strings) for row in answer]
