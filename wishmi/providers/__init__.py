"""The provider list: who may offer activities and be paid for them.

Owns accreditation and payment details. Never sees an indicator, a band or a balance.
"""
