"""Shows, every few seconds, what this worker holds at the moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.pool import QueuePool

from luckychit.core import db, metrics

EVERY_S = 5.0


@asynccontextmanager
async def shown() -> AsyncIterator[None]:
    """Keep the gauges true for as long as the app runs."""
    task = asyncio.create_task(_keep_showing())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep_showing() -> None:
    while True:
        pool = db.engine().pool
        if isinstance(pool, QueuePool):
            metrics.pool(in_use=pool.checkedout(), idle=pool.checkedin())
        await asyncio.sleep(EVERY_S)
