"""The reader of requirements: it proposes schedules and targets, without database or web."""
