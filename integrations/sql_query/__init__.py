"""A SQL database as a feed: the Standard Safeguarding Dataset, or an authority's own queries; and its people."""
