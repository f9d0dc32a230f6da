"""Figures of texts and decisions: pure functions, each with the source of its definition."""
