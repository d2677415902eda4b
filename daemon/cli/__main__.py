"""python -m daemon.cli: the command, for a process that starts more of its own kind."""

import sys

from daemon.cli.main import main

sys.exit(main())
