"""Daykeeper: keeps child-protection conferences on their days.

`OWNER` tells the command that this top-level package is ours: PyPI's
`python-daemon` ships a module of the same name and would replace it silently.
"""

OWNER = "daykeeper"
RELEASE = "0.1.0"  # as in pyproject.toml: processes of one database tell each other
