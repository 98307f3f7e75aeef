"""The demo city's life: one call from document to bank file and second round, through the actions that pages call."""
