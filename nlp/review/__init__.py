"""What people decide of passages: kept, queued, exchanged, taken into the labels, and held against the machine."""
