"""Assembles the app: pages, API, error funnel, lifespan. No logic."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import reflex as rx
from starlette.types import ASGIApp

from luckychit.api import app as api
from luckychit.api.cors import Cors
from luckychit.api.handshakes import Handshakes
from luckychit.api.headers import Headers
from luckychit.api.pages import ApiFirst, PagesAtOnce
from luckychit.api.requests import Requests
from luckychit.core import gauges, log, sentry
from luckychit.core.settings import settings
from luckychit.jobs import leader
from luckychit.ui import doors, errors, head, live, pots, routes, shell, sockets, tab

# Pages with a file of their own in the built tree.
STATIC = [spec.route for spec in routes.PAGES if "[" not in spec.route and spec.route != "/"]


@asynccontextmanager
async def jobs() -> AsyncIterator[None]:
    """Let this worker lead the jobs whenever no other does."""
    # Whoever started the server: no cookie of an odd event may reach a log.
    log.configure(settings().log_level)
    async with sentry.reporting(settings()):
        task = asyncio.create_task(leader.lead())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


rest = api.make()


def beside(pages: ASGIApp) -> ASGIApp:
    """Let the API answer first, and the pages whatever it does not know.

    By hand: the framework would put its own answers to other origins around the API.
    """
    rest.mount("", pages)
    return rest


app = rx.App(
    stylesheets=head.STYLESHEETS,
    head_components=head.components(),
    html_lang="en",
    toaster=head.toaster(),
    hydrate_fallback=shell.waiting,
    app_wraps=head.wraps(),
    backend_exception_handler=errors.handle,
    frontend_exception_handler=errors.note_broken_page,
    api_transformer=[beside, partial(PagesAtOnce, paths=STATIC), Headers],
)
# Before the framework's own sends what the state remembers.
app.add_middleware(tab.OwnTab(), index=0)
app.add_middleware(doors.EventContextKnown(), index=0)

for spec in routes.PAGES:
    app.add_page(
        spec.page,
        route=spec.route,
        title=f"{spec.title} · LuckyChit",
        description=spec.description or None,
        on_load=spec.on_load,
    )
    live.register_loads(spec.route, list(spec.loads))

app.register_lifespan_task(sockets.ready_for_crowds)
app.register_lifespan_task(doors.guarded)
app.register_lifespan_task(gauges.shown)
app.register_lifespan_task(live.broadcaster)
app.register_lifespan_task(pots.broadcaster)
app.register_lifespan_task(jobs)


def served() -> Requests:
    """Return what the server serves: the API at once, all else through the pages' framework."""
    api_alone = Headers(Cors(rest, settings().origins))
    return Requests(Handshakes(ApiFirst(app(), api_alone)))
