"""What can be done to pay providers: draw statements, answer them, prepare and approve batches, take answers."""

from wishmi.payouts.actions.answers import record_bank_answers
from wishmi.payouts.actions.batches import approve_batch, payouts_folder, place_file, prepare_batch
from wishmi.payouts.actions.discarding import discard_batch
from wishmi.payouts.actions.statements import agree_statement, dispute_statement, draw_statements

__all__ = [
    "agree_statement",
    "approve_batch",
    "discard_batch",
    "dispute_statement",
    "draw_statements",
    "payouts_folder",
    "place_file",
    "prepare_batch",
    "record_bank_answers",
]
