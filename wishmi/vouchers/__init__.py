"""Vouchers: what a child can spend, from which fund, until when.

Owns the life of a voucher and the acts that give money back. Never decides who is awarded.
"""
