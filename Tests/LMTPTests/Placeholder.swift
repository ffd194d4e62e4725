// Tests of CoreLMTP.
