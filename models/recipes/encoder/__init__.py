"""Trains the encoder: sentences of one story that state one claim together, all others apart."""
