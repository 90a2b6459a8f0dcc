"""Help and usage faults of the command line in Chinese, and what becomes of a fault that nobody foresaw."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
import time
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any
from unicodedata import east_asian_width

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

WRONG_CALL = 2  # exit status
KINDS = {"path": "路径", "int": "整数", "str": "文字", "list[str]": "文字"}  # of a value, where its metavar is not set
WIDEST, COLUMN = 100, 26  # cells of a line; where the text of a list begins
UNIT = re.compile(r"(?:[!-~]+ ?|\S| )[，。；：、！？）”]*")  # what a line is not broken within


class ChineseCommand(TyperCommand):
    """A command whose help is in Chinese."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        formatter.write(help_of(self, ctx))


class ChineseGroup(TyperGroup):
    """A group of commands whose help and faults are in Chinese; the outermost one also ends what nobody foresaw."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        formatter.write(help_of(self, ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command, or name the one that is probably meant."""
        if args[0].startswith("-") or self.get_command(ctx, args[0]):
            return super().resolve_command(ctx, args)
        near = "、".join(get_close_matches(args[0], self.commands))
        raise typer.BadParameter(f"没有这个命令：{args[0]}" + (f"；想用的是 {near} 吗？" if near else ""), ctx)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a fault that nobody foresaw ends in one line, its traceback in a file."""
        if ctx.parent is not None or ctx.params.get("debug"):
            return super().invoke(ctx)
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except Exception as fault:
            if isinstance(fault, OSError) and fault.errno == errno.EPIPE:
                raise  # whoever read our output has gone: Typer ends quietly
            typer.echo(unforeseen(fault), err=True)
            raise typer.Exit(2) from fault

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Parse and run; a wrong call ends with its reason on standard error and exit status 2."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        try:
            status = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except typer.Abort:
            typer.echo("已中断", err=True)
            sys.exit(130)
        except typer.TyperException as fault:
            if type(fault).__name__ == "NoArgsIsHelpError":
                typer.echo(str(fault))
                sys.exit(0)
            typer.echo(told(fault), err=True)
            sys.exit(WRONG_CALL)
        sys.exit(status if isinstance(status, int) else 0)


def help_of(command: Any, ctx: Any) -> str:
    """The help of a command or group."""
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    arguments = [param for param in params if isinstance(param, TyperArgument)]
    options = [param for param in params if param not in arguments and param.name != "help"]
    listed = getattr(command, "commands", {})
    wanted = [*(shown(param) for param in arguments), *(["命令", "……"] if listed else [])]
    lines = [f"用法：{' '.join([ctx.command_path, '[选项]', *wanted])}", "", *wrapped(command.help or "", 0)]
    sections = {
        "参数：": [(shown(param), meaning(param)) for param in arguments],
        "命令：": [(name, each.help or "") for name, each in listed.items() if not each.hidden],
        "选项：": [*((shown(param), meaning(param)) for param in options), ("--help, -h", "显示这份帮助")],
    }
    for title, rows in sections.items():
        if rows:
            lines += ["", title, *(line for row in rows for line in entry(*row))]
    return "\n".join(lines) + "\n"


def shown(param: Any) -> str:
    """How a parameter is written: an argument by its name, an option with the kind of its value."""
    choices = param.type_descriptor.choices if param.type_descriptor.is_choice else ()
    values = "|".join(str(getattr(choice, "value", choice)) for choice in choices or ())
    kind = param.metavar or values or KINDS.get(param.bare_type(), "路径")
    if isinstance(param, TyperArgument):
        return f"{kind}…" if param.nargs != 1 else kind
    return ", ".join(param.opts) + ("" if param.is_flag else f" {kind}")


def meaning(param: Any) -> str:
    """The help of a parameter, with its default or that it must be given."""
    default = getattr(param.default, "value", param.default)
    if param.required:
        return f"{param.help}（必填）"
    if default in (None, False, []) or param.show_default is False:
        return str(param.help)
    return f"{param.help}（默认 {default}）"


def entry(head: str, text: str) -> list[str]:
    """One row of a list: head and text side by side, the text wrapped under itself."""
    body = wrapped(text, COLUMN)
    room = COLUMN - 2 - cells(head)
    if room < 1:
        return [f"  {head}", *(" " * COLUMN + line for line in body)]
    return [f"  {head}{' ' * room}{body[0] if body else ''}", *(" " * COLUMN + line for line in body[1:])]


def wrapped(text: str, indent: int) -> list[str]:
    """Text in lines that fit the terminal; a Han character takes two cells and may begin a line, a mark may not."""
    room = min(shutil.get_terminal_size().columns, WIDEST) - indent
    lines = [""]
    for unit in UNIT.findall(" ".join(text.split())):
        if cells(lines[-1] + unit.rstrip()) > room and lines[-1]:
            lines.append("")
        lines[-1] += unit
    return [line.rstrip() for line in lines if line.strip()]


def cells(text: str) -> int:
    """Width of a text in terminal cells."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def told(fault: Exception) -> str:
    """A wrong call in words: what is wrong, and where the help is."""
    ctx: Any = getattr(fault, "ctx", None)
    if ctx is None:
        return reason(fault)
    return f"{reason(fault)}\n  处理：看帮助 {ctx.command_path} --help"


def reason(fault: Any) -> str:
    """What is wrong with a call. Typer's own kinds of fault but BadParameter have no public place, only their names."""
    kind, param = type(fault).__name__, getattr(fault, "param", None)
    if kind == "MissingParameter" and param is not None:
        return f"缺少{'参数' if isinstance(param, TyperArgument) else '选项'}：{shown(param)}（{param.help}）"
    if kind == "NoSuchOption":
        near = "、".join(fault.possibilities or ())
        return f"没有这个选项：{fault.option_name}" + (f"；想用的是 {near} 吗？" if near else "")
    if kind == "BadOptionUsage":
        return f"选项后面少了一个值，或多了一个值：{fault.option_name}"
    if isinstance(fault, typer.BadParameter) and param is not None:
        return f"值不对：{shown(param)}（{param.help}）{bounds(param)}"
    if kind == "FileError":
        return f"打不开文件：{fault.filename}"
    # What is left are Typer's own sentences: too many arguments, or no command.
    said = str(getattr(fault, "message", fault))
    extra = re.search(r"unexpected extra argument\S* \((.*)\)", said)
    if extra:
        return f"多出了参数：{extra[1]}"
    return "没有写命令" if said.startswith("Missing command") else said


def bounds(param: Any) -> str:
    """What the value of a parameter may be, where that is bounded."""
    low, high = getattr(param, "min", None), getattr(param, "max", None)
    parts = [f"不小于 {low}" if low is not None else "", f"不大于 {high}" if high is not None else ""]
    return "，要一个整数" + "".join(f"，{part}" for part in parts if part) if any(parts) else ""


def unforeseen(fault: Exception) -> str:
    """One line for a fault that nobody foresaw; its traceback goes to a file in the cache folder."""
    from nlp.base.cache import cache_folder, keep_fault

    trace = "".join(traceback.format_exception(fault))
    try:
        path = keep_fault(trace, f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt")
    except OSError:
        return f"{trace}程序出错（{type(fault).__name__}），经过见上，缓存文件夹写不进去：{cache_folder() / 'faults'}"
    said = "；".join((f"{type(fault).__name__}：{first_line(fault)}", *getattr(fault, "__notes__", ())))
    return f"程序出错（{said}），这不该发生；详细经过写在 {path}，报告问题时请附上"


def first_line(fault: Exception) -> str:
    """The first line of what a fault says, not too long."""
    lines: Sequence[str] = str(fault).splitlines() or ("没有说明",)
    return lines[0][:120]
