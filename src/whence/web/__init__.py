"""The site: a Datasette plugin that publishes a store read-only, and `serve`, which runs it."""

from __future__ import annotations

from whence.web.plugin import (
    asgi_wrapper,
    extra_js_urls,
    get_metadata,
    handle_exception,
    prepare_connection,
    prepare_jinja2_environment,
    register_routes,
    render_cell,
)
from whence.web.server import serve, site

__all__ = [
    "asgi_wrapper",
    "extra_js_urls",
    "get_metadata",
    "handle_exception",
    "prepare_connection",
    "prepare_jinja2_environment",
    "register_routes",
    "render_cell",
    "serve",
    "site",
]
