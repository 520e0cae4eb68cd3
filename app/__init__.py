"""Duban 督办: registers of key tasks, kept alive."""

import gc

# Importing the libraries makes some 400,000 objects that stay. At the collector's own threshold of 700 it looks at them
# again and again, for a sixth of a server's start.
gc.set_threshold(50_000, 20, 20)
