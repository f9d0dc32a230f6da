"""What the stages need to know about English: words, facts in sentences, and what stands alone."""
