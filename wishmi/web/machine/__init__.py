"""What programs that look after an installation ask: is it alive, is it ready, how much waits."""
