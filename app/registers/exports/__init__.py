"""From a checklist to a file: the four-column table and the working register (台账), in each form."""
