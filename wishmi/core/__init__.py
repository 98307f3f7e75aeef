"""The rules: what an officer would find in the regulation, as pure functions over frozen data.

Owns eligibility, amounts, ranking, allocation, spending order, capacity, settlement, transfers and verification.
Never reads a clock, draws a random number, opens a file or a socket, or knows that a database exists.
"""
