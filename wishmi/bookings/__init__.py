"""Places taken in sessions, waiting lists, attendance, and what a booking takes from a voucher.

Owns who goes where. Never pays a provider: it makes money due, the payouts room pays it.
"""
