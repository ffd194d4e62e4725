#!/usr/bin/python3
"""CPU time of commands, user + system, in milliseconds: the median of many runs each.

usage: cpu_time.py RUNS INPUT COMMAND [-- COMMAND]...

INPUT is a file: each run's standard input. {n} in a word becomes the number of the run, four digits,
so that a run can be another message than the one before. The commands take turns, so that a change in the load of
the machine meets them all alike. Prints one number a command, in order. A command that fails ends
the measurement, with what it printed.
"""

import os
import statistics
import subprocess
import sys


def cpu_seconds(command, path):
    with open(path, "rb") as message:
        child = subprocess.Popen(command, stdin=message, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT)
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        child.stdout.close()
    if child.returncode != 0:
        sys.exit(f"{command[0]} ended with {child.returncode}: {output.decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime


runs, path, words = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
commands = [[]]
for word in words:
    if word == "--":
        commands.append([])
    else:
        commands[-1].append(word)
times = [[] for _ in commands]
for run in range(runs):
    for command, measured in zip(commands, times):
        command = [word.replace("{n}", f"{run:04}") for word in command]
        measured.append(cpu_seconds(command, path))
for measured in times:
    print(f"{statistics.median(measured) * 1000:.2f}")
