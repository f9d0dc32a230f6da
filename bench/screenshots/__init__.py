"""Pictures of the report of the seeds, for the documentation."""
