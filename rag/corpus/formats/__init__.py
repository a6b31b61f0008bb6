"""One file for each format: bytes to text, the places in it, and what is missing."""
