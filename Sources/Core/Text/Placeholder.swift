// Placeholder until the first type of CoreText.
