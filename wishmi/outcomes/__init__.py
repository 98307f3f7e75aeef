"""What became of it all: the audit of money, places and the chain; later, indicators and published figures.

Reads every room below and changes nothing.
"""
