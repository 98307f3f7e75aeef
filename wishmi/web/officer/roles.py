"""Who may open which pages of the office, in one place; what may be done there stands in each room's policies."""

from wishmi.infra.actor import Role

SIGNS = (Role.RESPONSIBLE,)
CASES = (Role.CASE_OFFICER, Role.RESPONSIBLE)
CASES_SEEN = (Role.CASE_OFFICER, Role.RESPONSIBLE, Role.AUDITOR)
MONEY = (Role.ACCOUNTING,)
MONEY_SEEN = (Role.ACCOUNTING, Role.RESPONSIBLE, Role.AUDITOR)
TRAIL = (Role.AUDITOR, Role.RESPONSIBLE)
