"""Start the command line: ``python -m nlp``, or ``liangzhangpi`` once it is installed."""

import gc
import sys

from nlp.base.supported import unsupported

SELDOM = 100_000  # new containers between two looks of the collector: what importing makes stays anyway


def start() -> None:
    """Run the command line, or say in one line that this Python cannot."""
    if reason := unsupported():
        print(reason, file=sys.stderr)
        sys.exit(2)
    from nlp.cli.app import main  # what it imports may be lacking under another Python

    gc.set_threshold(SELDOM)
    main()


if __name__ == "__main__":
    start()
