"""Imports every table, so that alembic and the ORM know the whole schema.

And what each slice holds of one person, so that wherever an account is closed or its data
handed out, every slice has been asked.
"""

from luckychit.domain.audit import models as audit_models
from luckychit.domain.chits import models as chits_models
from luckychit.domain.chits import person as chits_person
from luckychit.domain.fairness import models as fairness_models
from luckychit.domain.mail import models as mail_models
from luckychit.domain.notify import models as notify_models
from luckychit.domain.rooms import models as rooms_models
from luckychit.domain.rooms import person as rooms_person
from luckychit.domain.safety import models as safety_models
from luckychit.domain.safety import person as safety_person
from luckychit.domain.tickets import models as tickets_models
from luckychit.domain.tickets import person as tickets_person
from luckychit.domain.users import models as users_models
from luckychit.domain.wallet import models as wallet_models
from luckychit.domain.wallet import person as wallet_person

__all__ = [
    "audit_models",
    "chits_models",
    "chits_person",
    "fairness_models",
    "mail_models",
    "notify_models",
    "rooms_models",
    "rooms_person",
    "safety_models",
    "safety_person",
    "tickets_models",
    "tickets_person",
    "users_models",
    "wallet_models",
    "wallet_person",
]
