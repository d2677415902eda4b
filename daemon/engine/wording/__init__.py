"""The words: from notices to the message that one person reads."""
