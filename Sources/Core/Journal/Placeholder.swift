// Placeholder until the first type of CoreJournal.
