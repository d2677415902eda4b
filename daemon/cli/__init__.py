"""The command: one file a verb, imported only when it is used, so that help and checks are quick."""

from daemon.cli.main import main

__all__ = ["main"]
