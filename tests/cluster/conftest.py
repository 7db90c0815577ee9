"""A cluster of its own for the tests of this folder: PostgreSQL, Redis, daemon, web server and workers on loopback.

`make test-cluster` runs them. Where a server or a package is not here, each test is skipped and says which.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.clustered import Installation

from pipelines.cluster import cluster, lacking


@pytest.fixture(autouse=True)
def _has_servers() -> None:
    if "CLUSTER" not in os.environ:
        pytest.skip("make test-cluster runs it: it starts servers, and takes minutes")
    if found := lacking():
        pytest.skip(f"not here: {', '.join(found)}")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Two workers and two publishers, whose dead runs count as such after seconds; and one machine beside them."""
    if "CLUSTER" not in os.environ or lacking():
        pytest.skip("not here")
    folder: Path = tmp_path_factory.mktemp("installation")
    (folder / "landing").mkdir()
    monitoring = {"poll_interval_seconds": 2, "max_runtime_seconds": int(os.environ.get("MAX_RUNTIME", "90"))}
    with cluster(folder / "landing", folder / "several", workers=2, publishers=2, monitoring=monitoring) as made:
        yield Installation(folder, made)
