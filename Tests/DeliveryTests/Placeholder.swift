// Tests of CoreDelivery.
