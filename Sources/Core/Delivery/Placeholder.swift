// Placeholder until the first type of CoreDelivery.
