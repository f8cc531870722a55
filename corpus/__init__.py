"""The Document and its ledger, and what concerns many documents: duplicates, repeated blocks, snapshots."""
