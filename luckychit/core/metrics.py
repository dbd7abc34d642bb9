"""What is counted for Prometheus: one place, cheap enough for the busiest door.

One worker keeps its numbers in memory. Several keep them in files of a folder that the
``serve`` command makes afresh (PROMETHEUS_MULTIPROC_DIR), so that whichever worker is
asked tells of all. Labels come from fixed sets, never from what a stranger sent.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    multiprocess,
    values,
)

from luckychit.core import clock

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BATCHES = (1, 2, 5, 10, 20, 50, 100, 200)

# When each series began, beside each: twice the lines, and nobody reads them.
disable_created_metrics()  # type: ignore[no-untyped-call]
_registry = CollectorRegistry()


def _counter(name: str, said: str, *labels: str) -> Counter:
    return Counter(f"luckychit_{name}", said, labels, registry=_registry)


def _gauge(
    name: str, said: str, *labels: str, many: Literal["livesum", "max", "mostrecent"] = "livesum"
) -> Gauge:
    return Gauge(f"luckychit_{name}", said, labels, registry=_registry, multiprocess_mode=many)


_requests = _counter("http_requests", "Answered requests.", "method", "route", "status")
_durations = Histogram(
    "luckychit_http_request_seconds",
    "From a request to the end of its answer.",
    ("route",),
    buckets=_SECONDS,
    registry=_registry,
)
_sockets = _gauge("sockets", "Open pages.")
_handshakes_refused = _counter("sockets_refused", "Pages that were not let in.", "reason")
_events = _counter("events", "Events of open pages.", "outcome")
_tickets = _counter("tickets_sold", "Tickets sold.")
_batches = Histogram(
    "luckychit_sale_batch_orders",
    "Purchases sold in one transaction.",
    buckets=_BATCHES,
    registry=_registry,
)
_incidents = _counter("incidents", "Bugs that people or jobs met.")
_limited = _counter("limited", "Requests refused because there were too many.", "rule")
_leader = _gauge("leader", "1 in the worker that runs the jobs.")
_jobs = _counter("job_runs", "Runs of jobs.", "job", "outcome")
_job_seconds = _gauge("job_last_seconds", "How long the last run took.", "job", many="mostrecent")
_job_at = _gauge("job_last_success_timestamp_seconds", "When it last went well.", "job", many="max")
_pool = _gauge("database_connections", "Connections of the pool.", "state")


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request.

    Args:
        method: One that the routes know, or OTHER.
        route: As routes are written, with names in braces instead of values.
        status: Of the answer.
        seconds: It took.
    """
    _requests.labels(method, route, status).inc()
    _durations.labels(route).observe(seconds)


def socket_opened() -> None:
    """Count a page that opened."""
    _sockets.inc()


def socket_closed() -> None:
    """Count a page that closed."""
    _sockets.dec()


def handshake_refused(reason: str) -> None:
    """Count a page that was not let in: ``origin`` or ``many``."""
    _handshakes_refused.labels(reason).inc()


def event(outcome: str) -> None:
    """Count an event of a page: ``taken``, ``dropped`` (too fast) or ``odd``."""
    _events.labels(outcome).inc()


def sold(orders: int, tickets: int) -> None:
    """Count a batch of purchases: how many were sold in it, and their tickets."""
    _batches.observe(orders)
    _tickets.inc(tickets)


def incident() -> None:
    """Count a bug."""
    _incidents.inc()


def limited(rule: str) -> None:
    """Count a request that a limit refused."""
    _limited.labels(rule).inc()


@contextmanager
def leading() -> Iterator[None]:
    """Show this worker as the leader for the time."""
    _leader.set(1)
    try:
        yield
    finally:
        _leader.set(0)


def job_ran(name: str, *, seconds: float, is_well: bool) -> None:
    """Count a run of a job."""
    _jobs.labels(name, "well" if is_well else "failed").inc()
    _job_seconds.labels(name).set(seconds)
    if is_well:
        _job_at.labels(name).set(clock.system_now().timestamp())


def pool(*, in_use: int, idle: int) -> None:
    """Show the connections of this worker to the database."""
    _pool.labels("in_use").set(in_use)
    _pool.labels("idle").set(idle)


def text() -> bytes:
    """Return all numbers of all workers, as Prometheus reads them."""
    if values.ValueClass is values.MutexValue:
        return generate_latest(_registry)
    together = CollectorRegistry()
    # It knows the folder, which the library read from the environment as it was imported.
    collector = multiprocess.MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    _forget_the_dead(Path(collector._path))  # noqa: SLF001 - the library has no other way
    return generate_latest(together)


def _forget_the_dead(folder: Path) -> None:
    """Drop what workers that are gone said of the present; what they counted stays."""
    for file in folder.glob("gauge_live*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            file.unlink(missing_ok=True)
