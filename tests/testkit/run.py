"""Runs tests of TestKit, each distinct one once; prints a marked line of JSON for each.

    python run.py SUITE [--only REGEX] [--shard I/N]      in the suite's own folder, with its variables set

`cargo xtask testkit` starts it and reads the lines.
"""

import argparse
import json
import re
import subprocess
import sys
import time
import traceback
import unittest

MARK = "@test "
#: The suite maps errors to classes by driver, and knows no mapping for ours: that says nothing about the driver.
UNMAPPED = re.compile(r"no error mapping is defined for \S+ driver|Add expected error type for driver\.")
#: How much of a long log is kept: the end is where it went wrong.
LONGEST = 12_000

sys.path.insert(0, ".")
out = sys.stdout


def say(**line):
    out.write(MARK + json.dumps(line) + "\n")
    out.flush()


def flat(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from flat(item)
        else:
            yield item


def chosen(options):
    loader = unittest.TestLoader()
    found = loader.discover(options.suite, top_level_dir=".")
    if loader.errors:
        sys.exit("\n".join(loader.errors))
    # Classes that a module imports are found there again, under the same id.
    tests = {test.id(): test for test in flat(found)}
    wanted = [test for name, test in tests.items() if re.search(options.only, name)]
    index, count = map(int, options.shard.split("/"))
    return wanted[index::count]


def without_unmapped(fail):
    def judged(self, msg=None):
        if not (isinstance(msg, str) and UNMAPPED.fullmatch(msg)):
            fail(self, msg)

    return judged


class Popen(subprocess.Popen):
    """Programs that a test starts. What it leaves would be on its port in all tests after it."""

    started = []

    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.started.append(self)

    @classmethod
    def end_all(cls):
        for left in cls.started:
            if left.poll() is None:
                left.kill()
                left.wait()
        cls.started.clear()


class Report(unittest.TestResult):
    """A test is as bad as its worst part; it is skipped when it is skipped as a whole."""

    def __init__(self):
        super().__init__()
        # What a test prints, the log of the scripted server above all, is kept for the report.
        self.buffer = True

    def startTest(self, test):
        super().startTest(test)
        self.begin, self.why, self.skip, self.parts = time.monotonic(), [], None, []

    def stopTest(self, test):
        Popen.end_all()
        said = sys.stdout.getvalue()
        self._mirrorOutput = False
        super().stopTest(test)
        line = {"id": test.id(), "seconds": round(time.monotonic() - self.begin, 3), "partsSkipped": self.parts}
        if self.why:
            error = "\n".join(self.why)
            say(**line, outcome="failed", error=error[-LONGEST:], log=said[-LONGEST:])
        elif self.skip is not None:
            say(**line, outcome="skipped", reason=self.skip)
        else:
            say(**line, outcome="passed")

    def _failed(self, name, error):
        self.why.append(name + "\n" + "".join(traceback.format_exception(*error)))

    def addError(self, test, error):
        self._failed(str(test), error)

    addFailure = addError

    def addSubTest(self, test, part, error):
        if error is not None:
            self._failed(str(part), error)

    def addUnexpectedSuccess(self, test):
        self.why.append("It should fail, and did not")

    def addSkip(self, test, reason):
        # A part is a test of its own to unittest.
        if hasattr(test, "test_case"):
            self.parts.append(reason)
        else:
            self.skip = reason


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("suite")
parser.add_argument("--only", default="")
parser.add_argument("--shard", default="0/1")
subprocess.Popen = Popen
unittest.TestCase.fail = without_unmapped(unittest.TestCase.fail)
tests = chosen(parser.parse_args())
say(total=len(tests))
unittest.TestSuite(tests).run(Report())
say(done=True)
