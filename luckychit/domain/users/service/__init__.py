"""What people may do with accounts; every function opens its own transaction."""

from luckychit.domain.users.operations import prepare_one_time_password
from luckychit.domain.users.service.actor import Actor, actor_of, require
from luckychit.domain.users.service.people import (
    Credentials,
    create_admin,
    create_manager,
    create_member,
)

__all__ = [
    "Actor",
    "Credentials",
    "actor_of",
    "create_admin",
    "create_manager",
    "create_member",
    "prepare_one_time_password",
    "require",
]
