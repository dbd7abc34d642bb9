"""Tools without opinion: money, time, database, errors, settings, ids, logs."""
