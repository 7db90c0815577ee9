"""A cluster of its own for the tests of this folder: PostgreSQL, Redis, daemon, web server and workers on loopback.

`make test-cluster` runs them. Where a server or a package is not here, each test is skipped and says which.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.clustered import Installation, skip_where_lacking

from pipelines.cluster import cluster


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Two workers and two publishers, whose dead runs count as such after seconds; and one machine beside them."""
    skip_where_lacking()
    folder: Path = tmp_path_factory.mktemp("installation")
    (folder / "landing").mkdir()
    monitoring = {"poll_interval_seconds": 2, "max_runtime_seconds": int(os.environ.get("MAX_RUNTIME", "90"))}
    with cluster(folder / "landing", folder / "several", workers=2, publishers=2, monitoring=monitoring) as made:
        yield Installation(folder, made)
