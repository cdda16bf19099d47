# Every test program and script speaks TAP; tests/README.md says which suite is for what.
TEST_EXTENSIONS = .test
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
TEST_LOG_DRIVER = $(LOG_DRIVER)

include tests/unit/local.mk
include tests/golden/local.mk
include tests/errors/local.mk
include tests/engines/local.mk
include tests/lsp/local.mk
include tests/oracle/local.mk
include tests/facts/local.mk
include tests/flow/local.mk
include tests/faults/local.mk
include tests/fuzz/local.mk
include tests/random/local.mk
include tests/site/local.mk
include tests/bench/local.mk
include tests/ingest/local.mk
include tests/olist/local.mk
include tests/lineage/local.mk
include tests/target/local.mk

# `make check-NAME` runs one suite of tests/suites, all of it, in this build folder.
check-%: all
	$(PYTHON) $(srcdir)/tests/tools/suites.py --build='*=.' $*

# `make accept` takes what the golden and error tests see as what they expect; read the difference before you commit it.
accept: all
	$(PYTHON) $(srcdir)/tests/tools/golden.py --accept $(srcdir)/tests/golden
	$(PYTHON) $(srcdir)/tests/tools/golden.py --accept --errors $(srcdir)/tests/errors
.PHONY: accept
