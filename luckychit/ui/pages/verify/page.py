"""/verify."""

import reflex as rx

from luckychit.ui import components as c
from luckychit.ui import shell


def page() -> rx.Component:
    """Draw the place for any bundle, and how to check without us."""
    return shell.public_frame(
        c.fair_code(),
        rx.el.h1("Check a draw yourself"),
        rx.el.p(
            "Paste or drop the bundle of any draw. Everything is worked out on this device; "
            "nothing is sent to us.",
            class_name="lede",
        ),
        c.bundle_drop(),
        c.card(
            rx.el.p(
                "The verifier is one small Python file. It needs no internet and nothing installed "
                "but Python itself:"
            ),
            rx.el.pre(rx.el.code("python3 verify.py bundle.json"), class_name="code-line"),
            rx.el.div(
                c.file_link(
                    "Download verify.py",
                    href="/verify.py",
                    download=True,
                    class_name="btn",
                ),
                c.link_button("Find a draw", href="/draws", look="quiet"),
                class_name="row",
            ),
            title="Without a browser, without us",
        ),
        narrow=True,
    )
