"""What kpi.duckdb knows of an authority's month, as one version left it."""
