from sqlmodel import text

from luckychit.core.db import transaction


def test_app_role(db):
    with transaction() as s:
        assert s.execute(text("select current_user")).scalar() == "luckychit_app"
        assert s.execute(text("show timezone")).scalar() == "UTC"
