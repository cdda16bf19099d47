check_PROGRAMS += %D%/load_source
%C%_load_source_SOURCES = %D%/load_source.c
%C%_load_source_LDADD = $(RUNTIME_LIBS)
TESTS += %D%/csv.test %D%/formats.test %D%/http.test
EXTRA_DIST += %D%/loading.py %D%/csv.test %D%/formats.test %D%/http.test
