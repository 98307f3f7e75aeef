"""Activities and sessions: what a child can do, where, when, for how much.

Owns offers and places. Never knows who takes them.
"""
