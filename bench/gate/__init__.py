"""The gate: a short evaluation whose figures may not fall below their floors."""
