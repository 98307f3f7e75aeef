"""Statements to providers, payment batches and bank files.

Owns when a provider is paid and how a rejection is mended. Never changes what was attended.
"""
