// Tests of CoreSystem.
