"""The performance overview of an authority's month."""
