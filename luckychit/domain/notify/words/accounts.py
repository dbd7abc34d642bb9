"""News of a person's own account; nobody else reads them."""

from luckychit.domain.notify.words.facts import Facts, Said


def _session_stolen(facts: Facts) -> Said:
    whose = "your" if facts.is_own else "a"
    device = facts["device"] or "a program"
    seen_from = f" from {facts['address']}" if facts["address"] else ""
    words = (
        f"We ended {whose} sign-in with {device}: a copy of its key was used{seen_from}."
        " If you do not know why, change your password."
    )
    return Said(words, "bad", "/change-password")


TELLERS = {"session_stolen": _session_stolen}
