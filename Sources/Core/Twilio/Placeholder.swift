// Placeholder until the first type of CoreTwilio.
