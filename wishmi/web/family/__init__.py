"""Pages of a signed-in family: what it sees and does is its own household's."""
