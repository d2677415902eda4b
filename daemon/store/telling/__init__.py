"""From an obligation to a message that somebody accepted: ladders, notices, messages, entries in calendars."""
