nobase_govinclude_HEADERS += %D%/run.h
libgovrt_a_SOURCES += %D%/outcome.h %D%/outcome.c %D%/target.h %D%/target.c %D%/schedule.h %D%/schedule.c
