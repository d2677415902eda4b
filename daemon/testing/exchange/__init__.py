"""A stand-in for an Exchange Server: strict about what it is asked, and misbehaving on command."""
