check_PROGRAMS += %D%/run_sql
%C%_run_sql_SOURCES = %D%/run_sql.c
%C%_run_sql_LDADD = libgovrt.a $(CURL_LIBS) $(JANSSON_LIBS) $(NETTLE_LIBS)
EXTRA_DIST += %D%/engines.test %D%/duckdb
