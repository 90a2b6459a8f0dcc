"""The stages of a run, a file a step; ``nlp/run/plan.py`` lists them."""
