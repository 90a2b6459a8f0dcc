"""Counting: prevalence, trends, keyness, collocation, KWIC and the links between codes."""
