"""Duban 督办: registers of key tasks, kept alive."""

import gc
import os
import sys
import warnings

from pydantic import BaseModel, ConfigDict
from pydantic.warnings import UnsupportedFieldAttributeWarning

# Importing the libraries makes some 400,000 objects that stay. At the collector's own threshold of 700 it looks at them
# again and again, for a sixth of a server's start; at this one it does not come before `memory.freeze` says that all
# are here.
gc.set_threshold(500_000, 20, 20)

# FastAPI asks of each shape whether it is one of Pydantic 1, and imports all of Pydantic 1 to know. There is none here:
# this tells it so (https://docs.python.org/3/reference/import.html#the-module-cache), and saves two megabytes.
sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]

# Before the first shape is built Pydantic looks through all that is installed for plugins
# (https://docs.pydantic.dev/latest/concepts/plugins/). There are none here; an operator may still name some.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

# What checks and writes a shape is built when the shape is first used: the default of every shape in the process, ours,
# the tables', and those that FastAPI describes the document with. The first requests need few of them.
BaseModel.model_config = ConfigDict(defer_build=True)
# FastAPI hushes this while it reads a route, which is no longer when Pydantic says it.
warnings.filterwarnings("ignore", "The 'alias' attribute", UnsupportedFieldAttributeWarning)
