"""The index of the pages."""
