"""Themes of problems, causes and remedies: topic models, the choice of their number, and how to read them."""
