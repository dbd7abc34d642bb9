"""What a sale asks about its buyers, in the caller's transaction."""

from luckychit.domain.safety.operations.exclusions import ask_excluded, running_break

__all__ = ["ask_excluded", "running_break"]
