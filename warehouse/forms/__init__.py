"""The forms in which councils hold their data: each turns its files into canonical tables of text."""
