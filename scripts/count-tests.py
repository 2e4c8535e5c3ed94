# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints `N passed, N failed, N skipped` for lit's JSON results; exits with 1 on a failure or without a pass."""
import json
import sys

PASSED = {'PASS', 'XFAIL', 'FLAKYPASS'}
SKIPPED = {'UNSUPPORTED', 'SKIPPED', 'EXCLUDED'}


def count(tests):
    """Tests by outcome; a code that is not known to be harmless is a failure."""
    passed = sum(test['code'] in PASSED for test in tests)
    skipped = sum(test['code'] in SKIPPED for test in tests)
    return passed, len(tests) - passed - skipped, skipped


def main(path):
    try:
        with open(path) as file:
            tests = json.load(file)['tests']
    except (OSError, ValueError, KeyError) as error:
        print(f'count-tests: no results: {error}', file=sys.stderr)
        tests = [{'code': 'UNRESOLVED'}]
    passed, failed, skipped = count(tests)
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1]))
