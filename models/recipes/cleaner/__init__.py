"""The classifier that tells the blocks of an article from the furniture of its page."""
