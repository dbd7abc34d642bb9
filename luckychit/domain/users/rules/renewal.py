"""Who may replace a member's lost password, so that nobody takes an account over."""


def may_renew(*, is_creator: bool, has_own_password: bool, manager_count: int) -> bool:
    """Tell whether a manager may give a member a new one-time password.

    A manager learns the one-time password, and so could sign in as the member. Only
    the manager who added the account may ever do so: linking to somebody else's
    member by typing a number gives no power. Once the member has chosen a password
    the account is the member's own, and if other managers rely on it too, no manager
    may replace the password; an admin can.

    Args:
        is_creator: This manager added the account.
        has_own_password: The member has ever chosen a password.
        manager_count: Managers linked to the member, this one included.
    """
    return is_creator and (manager_count == 1 or not has_own_password)
