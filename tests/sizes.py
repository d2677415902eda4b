"""How many there are in a storm: the test command takes a short form of each, `make storms` a thousand."""

import os

MANY = int(os.environ.get("MANY", "200"))
