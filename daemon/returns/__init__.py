"""Statutory returns in a drop folder as feeds: which file is read, and what it says of each child."""
