"""The smoke run: one cluster, the real server, every promise."""
