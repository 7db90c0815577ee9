"""The page to explore: every published figure of an authority in one file that a browser opens by itself."""
