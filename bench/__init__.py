"""Speed and quality, measured on the real server with the real models."""
