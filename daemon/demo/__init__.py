"""The sample authority: an invented council whose cases unfold, for the demo and for tests."""
