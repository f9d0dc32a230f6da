"""What is measured on: clusters of articles, pages, pairs and claims, read from disk and never copied."""
