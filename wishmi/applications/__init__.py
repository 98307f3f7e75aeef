"""Applications: what a household declares, and the case work on it.

Owns drafts, submissions, candidacies, the sealed intake, and the file of applications. Never ranks, awards or
pays.
"""
