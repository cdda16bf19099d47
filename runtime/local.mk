# The public headers are what plan.c includes: they are installed as include/gov/runtime/....
nobase_govinclude_HEADERS += runtime/plan.h
include runtime/engine/local.mk
include runtime/ingest/local.mk
include runtime/run/local.mk
include runtime/ledger/local.mk
include runtime/state/local.mk
include runtime/deliver/local.mk
include runtime/schedule/local.mk
include runtime/serve/local.mk
include runtime/notify/local.mk
include runtime/log/local.mk
include runtime/report/local.mk
include runtime/settings/local.mk
