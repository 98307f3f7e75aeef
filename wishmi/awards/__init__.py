"""Rankings, their published stages, observations and awards.

Owns who gets what and why. Never moves money: issuing, renouncing and lapsing are acts of the vouchers room.
"""
