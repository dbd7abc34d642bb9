"""What people may do with accounts; every function opens its own transaction."""

from luckychit.domain.actors import Actor, Role, require
from luckychit.domain.users.operations.people import prepare_one_time_password
from luckychit.domain.users.rules.inputs import LANGUAGES
from luckychit.domain.users.service.actor import actor_of, actors_by_session, actors_of
from luckychit.domain.users.service.letters import (
    ask_reset,
    ask_to_verify,
    reset_password,
    verify_email,
)
from luckychit.domain.users.service.lost_phone import (
    remove_second_factor,
    remove_second_factor_here,
)
from luckychit.domain.users.service.own_account import close_own_account, export_own
from luckychit.domain.users.service.passwords import (
    change_password,
    renew_one_time_password,
    set_demo_passwords,
)
from luckychit.domain.users.service.people import (
    Credentials,
    create_admin,
    create_manager,
    create_member,
)
from luckychit.domain.users.service.profile import (
    THEMES,
    UNSET,
    correct_birth_date,
    update_profile,
)
from luckychit.domain.users.service.second_factor import (
    SecondFactorSetup,
    begin_second_factor,
    confirm_second_factor_setup,
    disable_second_factor,
    renew_recovery_codes,
)
from luckychit.domain.users.service.second_sign_in import complete_sign_in
from luckychit.domain.users.service.sessions import (
    SessionView,
    deactivate,
    forget_old_sign_ins,
    list_sessions,
    reactivate,
    revoke_session,
    sign_out_everywhere,
    sign_out_person,
)
from luckychit.domain.users.service.sign_in import SignedIn, sign_in, sign_out
from luckychit.domain.users.service.sign_up import sign_up
from luckychit.domain.users.service.tokens import (
    Tokens,
    access_of,
    refresh,
    sign_out_token,
    tokens_for,
    tokens_of,
)

__all__ = [
    "LANGUAGES",
    "THEMES",
    "UNSET",
    "Actor",
    "Credentials",
    "Role",
    "SecondFactorSetup",
    "SessionView",
    "SignedIn",
    "Tokens",
    "access_of",
    "actor_of",
    "actors_by_session",
    "actors_of",
    "ask_reset",
    "ask_to_verify",
    "begin_second_factor",
    "change_password",
    "close_own_account",
    "complete_sign_in",
    "confirm_second_factor_setup",
    "correct_birth_date",
    "create_admin",
    "create_manager",
    "create_member",
    "deactivate",
    "disable_second_factor",
    "export_own",
    "forget_old_sign_ins",
    "list_sessions",
    "prepare_one_time_password",
    "reactivate",
    "refresh",
    "remove_second_factor",
    "remove_second_factor_here",
    "renew_one_time_password",
    "renew_recovery_codes",
    "require",
    "reset_password",
    "revoke_session",
    "set_demo_passwords",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "sign_out_person",
    "sign_out_token",
    "sign_up",
    "tokens_for",
    "tokens_of",
    "update_profile",
    "verify_email",
]
