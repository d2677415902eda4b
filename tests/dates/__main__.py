"""Print what the service and the slow calculation say of records: `python -m tests.dates SEED...`."""

import json
import sys

from tests.dates.comparing import compare
from tests.dates.records import draw

for seed in map(int, sys.argv[1:]):
    record, at = draw(seed)
    print(json.dumps(record), f"\nlooked at: {at}")
    for one in compare(record, at):
        print(one)
