// Tests of CoreAddress.
