"""How many there are in a storm: the test command takes a short form of each, `make storms` a thousand."""

import os

MANY = int(os.environ.get("MANY", "200"))
LIMITED = (
    MANY if MANY >= 1000 else 40
)  # where the other side takes four a second: each second is lived through
