"""The page that describes the API to people; every byte of it comes from us."""

import importlib.util
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse

HERE = Path(__file__).parent / "static"
# What scripts may run is said once more, tighter than for the pages of the app.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
A_DAY = "public, max-age=86400"
_MEDIA = {".css": "text/css", ".js": "text/javascript"}

router = APIRouter(prefix="/api/docs", include_in_schema=False)


@lru_cache(maxsize=1)
def _swagger() -> Path:
    """Return the folder in which fastapi-offline keeps Swagger UI's files."""
    found = importlib.util.find_spec("fastapi_offline")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "static"


@router.get("")
async def docs_page() -> HTMLResponse:
    """Show how the API is called, and let every call be tried."""
    page = (HERE / "page.html").read_text()
    return HTMLResponse(page, HTTPStatus.OK, {"Content-Security-Policy": POLICY})


@router.get("/static/{name}")
async def docs_file(
    name: Literal["swagger-ui.css", "swagger-ui-bundle.js", "docs.css", "docs.js"],
) -> FileResponse:
    """Hand out a file of the page."""
    folder = _swagger() if name.startswith("swagger") else HERE
    return FileResponse(
        folder / name, media_type=_MEDIA[Path(name).suffix], headers={"Cache-Control": A_DAY}
    )
