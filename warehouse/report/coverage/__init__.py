"""What an authority's latest extract gives, and what would give more."""
