"""The rule language: a closed vocabulary of facts and of nodes that judge them, parameters and never code.

Every node judges one person with reasons and a whole column of them; nothing here reads a clock, a file or a name of
a city. The language is described in docs/rules-of-a-call.md.
"""
