"""One report and one ledger, written in every format by real programs (see ``formats.py``)."""
