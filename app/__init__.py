"""Duban 督办: registers of key tasks, kept alive."""

import gc
import sys

# Importing the libraries makes some 400,000 objects that stay. At the collector's own threshold of 700 it looks at them
# again and again, for a sixth of a server's start; at this one it does not come before `memory.freeze` says that all
# are here.
gc.set_threshold(500_000, 20, 20)

# FastAPI asks of each shape whether it is one of Pydantic 1, and imports all of Pydantic 1 to know. There is none here:
# this tells it so (https://docs.python.org/3/reference/import.html#the-module-cache), and saves two megabytes.
sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]
