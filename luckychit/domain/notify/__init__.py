"""News: what happened, as rows, for whom. Screens and feeds read it; nobody imports upward.

Owns the tables news and news_reads. Written in the transaction of what it tells, so a row is true.
"""
