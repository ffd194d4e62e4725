// Placeholder until the first type of CoreMail.
