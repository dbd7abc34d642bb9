"""What the safety of play holds of one person."""

from sqlalchemy import text

from luckychit.domain.users import holdings

_BREAKS = text(
    "SELECT created_at, until FROM self_exclusions WHERE user_id = :user_id ORDER BY created_at"
)

holdings.register_query("breaks", _BREAKS)
