"""How many made-up inputs a feed's test takes: few by itself, BAD_INPUTS=10000 in the long form."""

import os

EXAMPLES = int(os.environ.get("BAD_INPUTS", "150"))
