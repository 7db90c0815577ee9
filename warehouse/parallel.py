"""Several statements at a time over one database, each on a connection of its own."""

import os
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from graphlib import TopologicalSorter

import duckdb

Work = Callable[[duckdb.DuckDBPyConnection], object]


def at_once(
    connection: duckdb.DuckDBPyConnection, works: Mapping[str, Work], after: Mapping[str, Collection[str]] | None = None
) -> None:
    """Do the works, by their names, as many at a time as there are processors; `after` names those that go before one.

    Each has one thread: threads of one statement wait for each other more than statements do. What a work makes must
    not be temporary, for the next has another connection. Raises the first error; nothing is begun after it.
    """
    order = TopologicalSorter({name: works.keys() & set((after or {}).get(name, ())) for name in works})
    order.prepare()
    (threads,) = connection.execute("select current_setting('threads')").fetchone() or (1,)
    connection.execute("set threads = 1")
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        under_way: dict[Future[None], str] = {}
        while order.is_active():
            for name in order.get_ready():
                under_way[pool.submit(_do, works[name], connection.cursor())] = name
            for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                order.done(under_way.pop(done))
                done.result()
    finally:
        pool.shutdown(cancel_futures=True)  # waits for what has begun
        connection.execute(f"set threads = {threads}")


def _do(work: Work, connection: duckdb.DuckDBPyConnection) -> None:
    with closing(connection):
        work(connection)
