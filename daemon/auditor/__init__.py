"""The auditor: a process beside the service that counts again, and is heard by ways of its own."""

from daemon.auditor.process import Auditing

__all__ = ["Auditing"]
