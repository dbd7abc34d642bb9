"""Assembles the app: pages, API, error funnel, lifespan. No logic."""

import reflex as rx

from luckychit.ui import errors, head, live, routes

app = rx.App(
    stylesheets=head.STYLESHEETS,
    head_components=head.components(),
    html_lang="en",
    toaster=head.toaster(),
    app_wraps=head.wraps(),
    backend_exception_handler=errors.handle,
)

for spec in routes.PAGES:
    app.add_page(
        spec.page,
        route=spec.route,
        title=f"{spec.title} · LuckyChit",
        description=spec.description or None,
        on_load=spec.on_load,
    )
    live.register_loads(spec.route, list(spec.loads))

app.register_lifespan_task(live.broadcaster)
