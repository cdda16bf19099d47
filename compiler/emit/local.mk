libgovcompiler_a_SOURCES += %D%/emit.c %D%/emit.h %D%/internal.h %D%/layout.c %D%/layout.h %D%/query.c %D%/setop.c %D%/from.c %D%/filter.c %D%/pivot.c %D%/expr.c %D%/operator.c \
	%D%/call.c %D%/nulls.c %D%/guard.c %D%/quotient.c %D%/regex.c %D%/natural.c %D%/duckdb.c %D%/postgres.c %D%/dialects.def
