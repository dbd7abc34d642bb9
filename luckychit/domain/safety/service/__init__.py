"""What people may decide about their own play; every function opens its own transaction."""

from luckychit.domain.safety.service.breaks import exclude_self
from luckychit.domain.safety.service.limits import set_limit, withdraw_raise
from luckychit.domain.safety.service.person import declare_birth_date, set_reality_check

__all__ = [
    "declare_birth_date",
    "exclude_self",
    "set_limit",
    "set_reality_check",
    "withdraw_raise",
]
