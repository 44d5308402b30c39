"""Runs a module as a program for as long as the parent holds our standard input open.

The parent keeps the other end of the pipe and never writes to it. When the
parent is gone, in whatever way, the pipe reaches its end and the whole process
group is killed, so that an emulator never outlives the command that started it.
"""

import os
import runpy
import signal
import sys
import threading


def kill_group_at_end_of(pipe):
    while os.read(pipe, 4096):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


lifeline = os.dup(0)  # not inherited by what the emulator starts
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
threading.Thread(target=kill_group_at_end_of, args=(lifeline,), daemon=True).start()

sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
