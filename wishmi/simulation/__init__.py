"""The laboratory: an invented city to rehearse a call on.

Owns the generator of households, providers and behaviour; everything follows from a city's profile and a seed. Never
reads a clock or a database, never draws from shared randomness, and never knows the name of a city.
"""
