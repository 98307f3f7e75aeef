"""The city: districts and distance.

Owns where things are. Never knows who lives there.
"""
