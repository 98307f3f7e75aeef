"""Calls: documents, windows, versions, acts and funds.

Owns what a call says and when it holds. Never judges a child, ranks, or moves a voucher: the core judges,
`awards` and `vouchers` act. A published version never changes; a correction is a new dated act.
"""
