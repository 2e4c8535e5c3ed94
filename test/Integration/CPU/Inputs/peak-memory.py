# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command and fails if its peak memory is above a limit: `peak-memory.py MIB COMMAND...`. Prints the peak."""
import resource
import subprocess
import sys

status = subprocess.run(sys.argv[2:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f'peak memory: {peak:.0f} MiB, limit {sys.argv[1]} MiB')
sys.exit(status or peak > float(sys.argv[1]))
