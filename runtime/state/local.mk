nobase_govinclude_HEADERS += %D%/state.h
libgovrt_a_SOURCES += %D%/find.h %D%/find.c %D%/adopt.h %D%/adopt.c %D%/publish.h %D%/publish.c %D%/read.h %D%/read.c %D%/internal.h %D%/postgres.c %D%/duckdb.c
