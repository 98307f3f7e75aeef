"""Accounts and transfers: the only room that moves value.

Owns that every cent comes from one account and goes to another. Never knows who an owner is or why money moves: owners
are opaque references, reasons are codes.
"""
