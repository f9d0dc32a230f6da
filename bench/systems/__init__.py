"""What is measured: Newsweave and its peers, each from the same articles to sentences within a budget."""
