"""Commands, and the demo's scenarios, which call the same actions as the pages."""
