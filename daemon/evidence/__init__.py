"""Evidence for somebody who must not need us: signed packs, what is held of a person, and what is kept how long."""

from daemon.evidence.case import case_evidence, may_have
from daemon.evidence.check import Checked, check
from daemon.evidence.key import Signer, fingerprint
from daemon.evidence.pack import pack

__all__ = ["Checked", "Signer", "case_evidence", "check", "fingerprint", "may_have", "pack"]
