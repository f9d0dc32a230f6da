"""Speed: times, memory and load, as ratios within one run."""
