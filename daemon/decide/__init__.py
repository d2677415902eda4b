"""Verbs: pure functions from values to decisions. No clock, no disk, no network, no third party."""
