"""A document of blocks, and the three ways in which it is set: a page, a PDF and a Word file."""
