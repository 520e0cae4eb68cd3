"""Words about time and quantity → proposed schedules and targets. No database, no web."""
