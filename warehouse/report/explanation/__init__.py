"""Where a published figure comes from."""
