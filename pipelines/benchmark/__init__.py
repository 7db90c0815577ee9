"""What `make bench` measures: the job and its parts, the forms, and what signals find and miss."""
