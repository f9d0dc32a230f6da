"""Views of a summary for people and for programs. They take the message that every caller gets."""
