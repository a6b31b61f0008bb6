"""Query to hits: dense, lexical, merged."""
