"""What a command costs: seconds of wall and CPU, and peak memory, of the command and all that it starts."""

import os
import resource
import subprocess
import threading
import time
from collections import namedtuple

Cost = namedtuple("Cost", "wall cpu megabytes code")
TICK = os.sysconf("SC_CLK_TCK")


def read_stat(pid):
    """(session, CPU seconds, resident MB) of a process, or None."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return int(fields[3]), (int(fields[11]) + int(fields[12])) / TICK, int(fields[21]) * 4096 / 1e6
    except (OSError, IndexError):
        return None


class Watch(threading.Thread):
    """Looks at all processes of a session, also those that nobody waits for."""

    def __init__(self, session):
        super().__init__(daemon=True)
        self.session, self.cpu, self.peak, self.ended = session, {}, 0, False

    def look(self):
        resident = 0
        for pid in filter(str.isdigit, os.listdir("/proc")):
            stat = read_stat(pid)
            if stat and stat[0] == self.session:
                self.cpu[pid] = stat[1]
                resident += stat[2]
        self.peak = max(self.peak, resident)

    def run(self):
        while not self.ended:
            self.look()
            time.sleep(0.05)


def measure(command, folder, environment=None, log=subprocess.DEVNULL):
    """Runs a command with lower priority than who measures."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=dict(os.environ, **(environment or {})), stdin=subprocess.DEVNULL,
                               stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
    watch = Watch(process.pid)
    watch.start()
    _, status, own = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    watch.ended = True
    watch.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    waited = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, max(waited, sum(watch.cpu.values())), max(own.ru_maxrss / 1e3, watch.peak), os.waitstatus_to_exitcode(status))
