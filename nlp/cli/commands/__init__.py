"""The commands, one file each; ``nlp/cli/app.py`` lists them."""
