"""What can be done to pay: claim, decide, grant by head; draw and answer statements; batches and the bank's answers."""

from wishmi.payouts.actions.answers import record_bank_answers
from wishmi.payouts.actions.batches import approve_batch, payouts_folder, place_file, prepare_batch
from wishmi.payouts.actions.claiming import ClaimSpec, set_family_account, submit_claim
from wishmi.payouts.actions.deciding import decide_claim
from wishmi.payouts.actions.discarding import discard_batch
from wishmi.payouts.actions.heads import check_heads, declare_heads
from wishmi.payouts.actions.statements import agree_statement, dispute_statement, draw_statements

__all__ = [
    "ClaimSpec",
    "agree_statement",
    "approve_batch",
    "check_heads",
    "decide_claim",
    "declare_heads",
    "discard_batch",
    "dispute_statement",
    "draw_statements",
    "payouts_folder",
    "place_file",
    "prepare_batch",
    "record_bank_answers",
    "set_family_account",
    "submit_claim",
]
