"""From what the readers give to passages and tokens: clean, documents, segment, fold, tokens, reuse."""
