"""The web doors: pages behind links, health, metrics."""

from daemon.web.app import create
from daemon.web.server import Served, serve

__all__ = ["Served", "create", "serve"]
