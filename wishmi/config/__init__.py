"""Settings, addresses and the entry points of servers: reads the environment, decides nothing."""
