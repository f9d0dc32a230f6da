"""What is seen of a running server: metrics, traces and one log line a call, without a word of any text."""
