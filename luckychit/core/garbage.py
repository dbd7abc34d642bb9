"""How often the collector of cycles looks at what lives as long as the process."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (20_000, 20, 20)


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Pass over all that is there now, and look at what is new less often.

    A full pass visits every object that may be part of a cycle, and stops the process
    meanwhile: for a second when thousands of pages are open, and again and again while
    tickets are sold, whose hundreds of rows are gone before the next sale.

    Source: CPython's manual, ``gc.freeze`` and ``gc.set_threshold``.
    """
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
