// Placeholder until the first type of CoreAddress.
