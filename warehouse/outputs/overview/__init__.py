"""The overview's first page and its pages of groups: what a committee reads before anything else."""
