nobase_govinclude_HEADERS += %D%/job.h
libgovrt_a_SOURCES += %D%/cron.h %D%/cron.c %D%/zone.h %D%/zone.c %D%/due.h %D%/due.c
