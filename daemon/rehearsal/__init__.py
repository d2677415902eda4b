"""Rehearsing: records of the past under two rulebooks, spread over processes."""
