"""What a record says: read, kept, merged from several feeds, and set in order of time."""
