"""The contract of Newsweave for Python: messages, and a small typed client."""

from newsweave.call_error import CallError, FieldViolation
from newsweave.client import AsyncClient, Client
from newsweave.v1 import newsweave_pb2 as messages

__all__ = ["AsyncClient", "CallError", "Client", "FieldViolation", "messages"]
