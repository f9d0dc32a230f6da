"""What stands between requests and models: who may work, on which thread, and until when."""
