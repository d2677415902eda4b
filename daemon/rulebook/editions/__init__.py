"""Everything that an authority decides by at one time, of this release or another."""
