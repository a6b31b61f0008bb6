"""Measure how fast and how large Footnote is, beside its peers and the machine: `python -m bench`."""
