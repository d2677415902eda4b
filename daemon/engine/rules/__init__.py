"""The rules while the service runs: which edition is in force, and what a draft of it would do."""
