"""The code location that workspace.yaml names: it finds the project from its own place, wherever Dagster is started."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pipelines.definitions import installation
from pipelines.instance import lock_by_its_database

# The process is Dagster's: what its runs write is for their owner only, whoever started it.
os.umask(0o077)
lock_by_its_database()
defs = installation()
