"""A case system with a REST interface, on this machine: it answers page by page, and misbehaves on command."""
