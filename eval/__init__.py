"""Evaluation: a question set and a library -> figures anyone can check."""
