"""Writes about people, in the caller's transaction; what other slices may use."""

from luckychit.domain.users.operations.people import link_member, prepare_one_time_password

__all__ = ["link_member", "prepare_one_time_password"]
