"""What stands in whose calendar for a meeting, and who cannot be invited to it."""
