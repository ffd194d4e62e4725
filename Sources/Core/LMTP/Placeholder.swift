// Placeholder until the first type of CoreLMTP.
