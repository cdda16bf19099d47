check_PROGRAMS += %D%/run_sql
%C%_run_sql_SOURCES = %D%/run_sql.c
%C%_run_sql_LDADD = libgovrt.a $(CURL_LIBS) $(JANSSON_LIBS) $(NETTLE_LIBS)
EXTRA_DIST += %D%/engines.test %D%/program.test %D%/postgres.test %D%/harness.py %D%/duckdb %D%/shop
check_PROGRAMS += %D%/examples
%C%_examples_SOURCES = %D%/examples.c
%C%_examples_LDADD = $(COMPILER_LIBS) $(RUNTIME_LIBS)
TESTS += %D%/examples.test
