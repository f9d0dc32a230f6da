"""The report: tables and charts, made of the results on disk."""
