"""LCD1, the proof format of every draw: pure arithmetic on bytes, without I/O.

H is SHA-256, || joins bytes, uN is big-endian unsigned, LP(x) is u16(length) || x, and
a tag is ASCII followed by one zero byte.
"""
