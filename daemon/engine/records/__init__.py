"""Stations 1 and 2, and what they stand on: from what the feeds show to how each case stands."""
