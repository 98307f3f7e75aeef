"""Persons, households, guardians, attested indicators, logins and what they may be.

Owns who a person is and who may act for whom. Never knows what somebody applied for, received or did.
"""
