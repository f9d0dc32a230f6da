"""Trains the entailment model: a cross-encoder of three classes on the weights of a sentence encoder."""
