"""Make the small trained parts. Nothing imports this; run `python -m rag.training --help`."""
