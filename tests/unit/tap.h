/* What every unit test program shares: running a suite of check and speaking TAP. */
#ifndef GOV_TESTS_UNIT_TAP_H
#define GOV_TESTS_UNIT_TAP_H

#include <check.h>

/* Runs `suite` (which it takes over), each test in a process of its own, and writes TAP to standard output.
 * Gives the exit code of the program: 0 if all passed. */
int tap_run(Suite *suite);

#endif
