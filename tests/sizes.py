"""How many there are in a storm: the test command takes a short form of each, `make storms` a thousand."""

import os

MANY = int(os.environ.get("MANY", "200"))
# Where the other side takes four a second: each second of it is lived through.
LIMITED = MANY if MANY >= 1000 else 40
