"""Pages that anyone may read, and the way in."""
