"""Pages that are written to files: each pathway for its readers, and what a rehearsal found."""
