"""From a reading to a checklist: preview, questions, answers, commit, newer editions."""
