"""Trains the entailment model: three classes on the first layers of the drafter, by low-rank adaptation."""
