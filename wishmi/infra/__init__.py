"""What every room stands on: clock, audit chain, outbox, encrypted fields, idempotency.

Owns no rule of the field and knows no room above it.
"""
