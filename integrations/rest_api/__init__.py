"""A REST source as a feed: JSON that is polled by HTTPS, in an authority's own shape or in the DfE's."""
