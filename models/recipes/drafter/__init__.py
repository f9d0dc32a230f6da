"""Trains the adapter of the drafter: sentences that state one claim in, one sentence out."""
