"""The business: rules, tables and use-cases; no framework, no vendor."""

# Tables refer to each other across slices by name, so whoever uses one slice needs all
# tables to be known.
from luckychit.domain import tables as tables
