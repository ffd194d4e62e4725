// Placeholder until the first type of CoreConfig.
