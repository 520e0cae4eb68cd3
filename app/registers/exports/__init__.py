"""The exports of a checklist: the four-column table and the working register (台账), in each format."""
