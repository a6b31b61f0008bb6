"""The chat page: shows what the engine answers, and never decides anything itself."""
