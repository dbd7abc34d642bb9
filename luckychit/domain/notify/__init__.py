"""News: what happened, as rows, for whom. Screens and feeds read it; nobody imports upward.

Owns the table news. Written in the transaction of what it tells, so a row is true.
"""
