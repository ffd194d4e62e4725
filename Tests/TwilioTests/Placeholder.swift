// Tests of CoreTwilio.
