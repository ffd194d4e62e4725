// Placeholder until the first type of CorePolicy.
