// Tests of CoreJournal.
