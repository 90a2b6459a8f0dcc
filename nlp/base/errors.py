"""Faults that a user can repair, told in Chinese: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

PARTLY = "部分未读"  # begins the reason of a file that was read, but not all of it


class DataError(Exception):
    """A fault in the user's data. Holds one string, so that it survives the way back from a worker process."""

    @classmethod
    def at(cls, what: str, where: object, fix: str) -> DataError:
        """Compose the message of one fault: ``what`` is wrong, ``where`` it is, how to ``fix`` it."""
        return cls(f"{what}\n  位置：{where}\n  处理：{fix}")

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the message alone, for it says all that the user needs (IPython asks for this)."""
        return [f"错误：{self}"]

    @classmethod
    def all_of(cls, faults: Iterable[DataError]) -> DataError:
        """Join several faults into one, so that the user repairs them all in one go."""
        return cls("\n".join(str(fault) for fault in faults))


class UnreadableFile(Exception):
    """One input that cannot be read: the batch goes on, and the file becomes a row of ``failures``."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(reason, fix)  # both in args, so that the exception pickles
        self.reason = reason
        self.fix = fix
