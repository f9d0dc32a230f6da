"""The summarization service: everything that runs, but no neural network."""
