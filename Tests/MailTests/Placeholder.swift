// Tests of CoreMail.
