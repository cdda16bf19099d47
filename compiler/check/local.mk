libgovcompiler_a_SOURCES += %D%/check.h %D%/internal.h %D%/checks.def
libgovcompiler_a_SOURCES += %D%/check.c %D%/found.c %D%/layers.c %D%/required.c %D%/contract.c %D%/columns.c %D%/references.c
libgovcompiler_a_SOURCES += %D%/traces.c %D%/grants.c %D%/masks.c %D%/roles.c %D%/relation_names.c %D%/readers.h %D%/readers.c %D%/sinks.c %D%/releases.c %D%/measures.c %D%/unit_tests.c %D%/handed.c %D%/dates.c
libgovcompiler_a_SOURCES += %D%/order.c %D%/any_value.c %D%/parameters.c %D%/proofs.c %D%/refute.h %D%/refute.c %D%/datum.h %D%/datum.c %D%/exhibit.c %D%/keys.c %D%/builds.c %D%/metrics.c %D%/fanout.c %D%/asof.c
libgovcompiler_a_SOURCES += %D%/value.h %D%/value.c %D%/range.c %D%/holds.c %D%/copies.h %D%/copies.c
libgovcompiler_a_SOURCES += %D%/exceptions.c %D%/forbidden.c %D%/law.c
libgovcompiler_a_SOURCES += %D%/jobs.c
libgovcompiler_a_SOURCES += %D%/history.c
