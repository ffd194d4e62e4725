// Tests of CorePolicy.
