"""The demo: invented people, one circle in its seventh month, one forming, one done.

Nothing is written past the services: the story is played at the moments it tells of,
so draws, proofs, receipts and books are as real as those of live circles.
"""

from luckychit.jobs.demo.seed import DemoSignIn, Welcome, seed

__all__ = ["DemoSignIn", "Welcome", "seed"]
