"""What players may do in the daily draw, and what time does to it."""

from luckychit.domain.lottery.service.calendar import advance
from luckychit.domain.lottery.service.sales import buy, submit_async

__all__ = ["advance", "buy", "submit_async"]
