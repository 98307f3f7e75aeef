"""The editor of calls: a form made from the document's schema, beside what the document says in plain words."""
