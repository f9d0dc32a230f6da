"""HTML of anybody: into a tree within limits, then into text, and what the page says about itself."""
