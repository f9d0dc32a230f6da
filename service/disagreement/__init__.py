"""Where articles disagree: claims read from sentences, held against each other, and grouped."""
