"""What people have, read into articles: text, HTML, JSON, feeds and web archives. Nothing is ever fetched."""
