from luckychit.domain.users import service
from tests.helpers import people


def test_people(db):
    admin = service.create_admin(full_name="A", username="Boss")
    assert admin.login == "boss"
    m = service.create_manager(actor=people.an_admin(), full_name="M", mobile_number="98765 43210")
    assert m.one_time_password
    manager = people.a_manager()
    c = service.create_member(actor=manager, full_name="M", mobile_number="98765 43211")
    d = service.create_member(actor=manager, full_name="M", mobile_number="98765 43211")
    assert c.user_id == d.user_id
    member = people.a_member(manager)
    assert service.actor_of(token=people.a_session(member)).user_id == member.user_id
