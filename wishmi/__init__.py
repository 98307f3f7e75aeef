"""wishmi: calls, vouchers and opportunities for every child of a city."""

__version__ = "0.1.0"
