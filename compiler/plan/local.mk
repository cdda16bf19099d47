libgovcompiler_a_SOURCES += %D%/plan.c %D%/plan.h %D%/internal.h %D%/value.c %D%/selection.c %D%/reason.c %D%/rollback.c %D%/source.c %D%/tests.c \
	%D%/unit.c %D%/step.c %D%/postgres.c %D%/print.c %D%/show.h %D%/show.c %D%/show_json.c %D%/dump.c %D%/outline.c %D%/by_hand.c
libgovcompiler_a_SOURCES += %D%/history.c %D%/past.h %D%/past.c
libgovcompiler_a_SOURCES += %D%/drift.h %D%/drift.c %D%/acts.c %D%/rights.c %D%/objects.c
libgovcompiler_a_SOURCES += %D%/role_view.c %D%/role_view.h %D%/release.c %D%/access.c %D%/as_role.h %D%/as_role.c
libgovcompiler_a_SOURCES += %D%/kept.c
libgovcompiler_a_SOURCES += %D%/fingerprint.c %D%/meaning.c %D%/meaning.h %D%/stable.c %D%/selection.h %D%/standing.c
libgovcompiler_a_SOURCES += %D%/jobs.h %D%/jobs.c
libgovcompiler_a_SOURCES += %D%/incremental.c
