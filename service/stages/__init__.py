"""The stages of the pipeline: functions from one frozen noun to the next, none of which knows another."""
