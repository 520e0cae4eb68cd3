"""A units cell → who is named, with which part. No database, no web."""
