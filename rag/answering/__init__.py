"""Hits to a checked answer: evidence, prompt, model, claims."""
