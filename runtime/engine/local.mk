libgovrt_a_SOURCES += %D%/engine.h %D%/internal.h %D%/engine.def %D%/engine.c \
    %D%/duckdb_library.h %D%/duckdb_library.c %D%/duckdb_internal.h %D%/duckdb.c %D%/duckdb_error.c \
    %D%/duckdb_result.c %D%/duckdb_appender.c
if HAVE_LIBPQ
libgovrt_a_SOURCES += %D%/postgres_internal.h %D%/postgres.c %D%/postgres_error.c %D%/postgres_type.c %D%/postgres_result.c \
    %D%/postgres_appender.c %D%/postgres_copy.c
endif
