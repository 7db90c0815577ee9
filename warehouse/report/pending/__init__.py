"""The list of open items, and its workbook."""
