"""Files to passages: read, split, keep."""
