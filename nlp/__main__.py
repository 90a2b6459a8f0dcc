"""Start the command line: ``python -m nlp``."""

import gc

from nlp.cli.app import main

SELDOM = 100_000  # new containers between two looks of the collector: what importing makes stays anyway

if __name__ == "__main__":
    gc.set_threshold(SELDOM)
    main()
