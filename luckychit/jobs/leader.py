"""One leader among all workers runs the jobs.

Every worker tries an advisory lock of PostgreSQL on a connection of its own; whoever
holds it runs the schedule. The lock goes with the connection, so a killed leader is
followed by another worker within seconds. Two leaders for a moment would do no harm:
the services lock rows.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from luckychit.core import clock, db, incidents, metrics
from luckychit.core.leadership import LEADER_LOCK
from luckychit.core.log import get_logger
from luckychit.jobs.schedule import JOBS, Job

RETRY_S = 2.0
THREADS = 4  # one of them may wait for a slow mail server
# A slow job skips its next start, which is meant, and no news.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)

_log = get_logger(__name__)


async def lead(jobs: Sequence[Job] = JOBS, *, retry_s: float = RETRY_S) -> None:
    """Run the jobs whenever this worker is the leader, until cancelled.

    Meant for a lifespan task of every worker. When cancelled it waits for the job that
    is just running, so that nothing is cut off in the middle.

    Args:
        jobs: What to run.
        retry_s: Seconds between two tries to become, and two looks at being, the leader.
    """
    while True:
        try:
            async with await _connect() as connection:
                if await _try_lock(connection):
                    await _run_while_leading(connection, jobs, retry_s)
        except psycopg.Error as exc:
            _log.warning("leader_connection_lost", reason=type(exc).__name__)
        await asyncio.sleep(retry_s)


async def _connect() -> psycopg.AsyncConnection[tuple[object, ...]]:
    url = db.engine().url.set(drivername="postgresql")
    return await psycopg.AsyncConnection.connect(
        url.render_as_string(hide_password=False),
        autocommit=True,
        application_name="luckychit-leader",
    )


async def _try_lock(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> bool:
    cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (LEADER_LOCK,))
    row = await cursor.fetchone()
    return row is not None and row[0] is True


async def _run_while_leading(
    connection: psycopg.AsyncConnection[tuple[object, ...]],
    jobs: Sequence[Job],
    retry_s: float,
) -> None:
    _log.info("leader_started", jobs=[job.name for job in jobs])
    scheduler = AsyncIOScheduler(timezone="UTC")
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="job")
    for job in jobs:
        scheduler.add_job(
            _in_thread(pool, job),
            "interval",
            seconds=job.every_s,
            id=job.name,
            # Late is fine, twice at once is not: jobs ask what is due by themselves.
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=clock.system_now(),
        )
    scheduler.start()
    try:
        with metrics.leading():
            await _look_after(connection, retry_s)
    finally:
        scheduler.shutdown(wait=False)
        await asyncio.to_thread(pool.shutdown)
        _log.info("leader_stopped")


async def _look_after(
    connection: psycopg.AsyncConnection[tuple[object, ...]], retry_s: float
) -> None:
    while True:
        await connection.execute("SELECT 1")
        await asyncio.sleep(retry_s)


def _in_thread(pool: ThreadPoolExecutor, job: Job) -> Callable[[], Awaitable[None]]:
    def guarded() -> None:
        began, is_well = time.perf_counter(), False
        try:
            job.run()
            is_well = True
        except Exception as exc:  # noqa: BLE001 - the jobs' one error handler: the next run comes
            incidents.report(exc, event="job_failed", job=job.name)
        metrics.job_ran(job.name, seconds=time.perf_counter() - began, is_well=is_well)

    async def run() -> None:
        await asyncio.get_running_loop().run_in_executor(pool, guarded)

    return run
