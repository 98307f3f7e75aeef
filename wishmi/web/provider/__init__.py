"""Pages of the provider audience."""
