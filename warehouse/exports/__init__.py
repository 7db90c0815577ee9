"""Exports: what spreadsheets and Power BI open, made whole with each publication."""
