"""Speed and quality, measured on the real server with the real models."""

import os

# As the service does, and before anything imports torch: threads that wait sleep, because spinning ones make
# a run beside any other process several times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
