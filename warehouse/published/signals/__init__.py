"""Signals of monthly series: limits, months that are unusual, and levels that have shifted (decision 0009)."""
