"""The gRPC front: messages in, one path through the pipeline, messages or a precise status out."""
