"""Imports every table, so that alembic and the ORM know the whole schema."""

from luckychit.domain.audit import models as audit_models
from luckychit.domain.chits import models as chits_models
from luckychit.domain.fairness import models as fairness_models
from luckychit.domain.mail import models as mail_models
from luckychit.domain.notify import models as notify_models
from luckychit.domain.rooms import models as rooms_models
from luckychit.domain.safety import models as safety_models
from luckychit.domain.tickets import models as tickets_models
from luckychit.domain.users import models as users_models
from luckychit.domain.wallet import models as wallet_models

__all__ = [
    "audit_models",
    "chits_models",
    "fairness_models",
    "mail_models",
    "notify_models",
    "rooms_models",
    "safety_models",
    "tickets_models",
    "users_models",
    "wallet_models",
]
