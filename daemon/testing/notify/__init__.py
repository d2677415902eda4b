"""The other side of GOV.UK Notify, for tests."""
