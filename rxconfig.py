"""Settings of the framework; the product's own are in luckychit/core/settings.py."""

import reflex as rx

from luckychit.core.settings import settings
from luckychit.ui.client import OrdersNotText

_own = settings()

config = rx.Config(
    app_name="luckychit",
    backend_port=_own.port,
    deploy_url=_own.origin,
    # Any origin may open the event socket unless these are named.
    cors_allowed_origins=_own.origins,
    trusted_proxy_hops=_own.trusted_proxy_hops,
    redis_url=_own.reflex_redis_url.get_secret_value() if _own.reflex_redis_url else None,
    state_manager_mode=(
        rx.constants.StateManagerMode.REDIS
        if _own.reflex_redis_url
        else rx.constants.StateManagerMode.MEMORY
    ),
    redis_token_expiration=12 * 3600,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    default_color_mode="system",
    frontend_compression_formats=["brotli", "gzip"],
    frontend_lazy_bundled_libraries=True,
    plugins=[OrdersNotText()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)
