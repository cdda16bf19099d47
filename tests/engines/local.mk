check_PROGRAMS += %D%/run_sql
%C%_run_sql_SOURCES = %D%/run_sql.c
%C%_run_sql_LDADD = $(RUNTIME_LIBS)
EXTRA_DIST += %D%/engines.test %D%/program.test %D%/postgres.test %D%/parse.test %D%/trino.test %D%/trino %D%/harness.py %D%/duckdb %D%/shop
check_PROGRAMS += %D%/examples
%C%_examples_SOURCES = %D%/examples.c
%C%_examples_LDADD = $(COMPILER_LIBS) $(RUNTIME_LIBS)
TESTS += %D%/examples.test
if HAVE_PG_QUERY
check_PROGRAMS += %D%/parse_postgres
%C%_parse_postgres_SOURCES = %D%/parse_postgres.c
%C%_parse_postgres_LDADD = -lpg_query
engine_parser = %D%/parse_postgres
endif
engine-parser: %D%/examples $(engine_parser)
.PHONY: engine-parser
