// Tests of CoreConfig.
