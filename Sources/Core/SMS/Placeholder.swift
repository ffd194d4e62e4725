// Placeholder until the first type of CoreSMS.
