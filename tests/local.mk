# Every test program and script speaks TAP; tests/README.md says which suite is for what.
TEST_EXTENSIONS = .test
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
TEST_LOG_DRIVER = $(LOG_DRIVER)

include tests/unit/local.mk
include tests/golden/local.mk
include tests/errors/local.mk
include tests/engines/local.mk
include tests/oracle/local.mk
include tests/flow/local.mk
include tests/faults/local.mk
include tests/fuzz/local.mk
include tests/site/local.mk
include tests/bench/local.mk
include tests/olist/local.mk
