"""A drafter that writes elsewhere: behind an endpoint that speaks as OpenAI's chat completions do."""
