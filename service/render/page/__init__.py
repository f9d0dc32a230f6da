"""The parts of the HTML report: what a reader sees of a story, and the files that shape it."""
