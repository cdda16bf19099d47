nobase_govinclude_HEADERS += %D%/run.h
libgovrt_a_SOURCES += %D%/outcome.h %D%/outcome.c %D%/target.h %D%/target.c %D%/schedule.h %D%/schedule.c \
    %D%/internal.h %D%/run.c %D%/rollback.c %D%/begin.c %D%/lease.c %D%/watch.c %D%/walk.c %D%/step.c %D%/data_tests.c %D%/unit_tests.c \
    %D%/check.c %D%/withhold.c %D%/publish.c %D%/publish_postgres.c %D%/show.c %D%/query.c %D%/program.c \
    %D%/pads.h %D%/pads.c %D%/access.h %D%/access.c %D%/share.c %D%/share_files.h %D%/share_files.c
libgovrt_a_SOURCES += %D%/retry.c
libgovrt_a_SOURCES += %D%/numbers.c
libgovrt_a_SOURCES += %D%/days.h %D%/days.c %D%/change.h %D%/change.c %D%/increment.h %D%/increment.c %D%/batches.c
libgovrt_a_SOURCES += %D%/history.h %D%/history.c %D%/history_types.c
