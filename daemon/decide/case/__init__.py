"""A case as rules look at it: the subjects that it has, and which facts each of them sees."""
