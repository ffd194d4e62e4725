// Tests of CoreSMS.
