"""Who decides what a passage does and says: cues, roles, gate, the rule coder, the learned coder, agreement."""
