nobase_govinclude_HEADERS += %D%/state.h
libgovrt_a_SOURCES += %D%/read.h %D%/read.c %D%/internal.h %D%/postgres.c %D%/duckdb.c
