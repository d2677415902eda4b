"""The line: the stations that touch the world, in their order in `line`; `house` is what each of them is given."""
