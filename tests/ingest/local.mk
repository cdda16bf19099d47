check_PROGRAMS += %D%/load_source
%C%_load_source_SOURCES = %D%/load_source.c
%C%_load_source_LDADD = $(RUNTIME_LIBS)

# The same with loads compiled so that their n-th allocation fails.
check_PROGRAMS += %D%/load_failing
%C%_load_failing_SOURCES = %D%/load_source.c %D%/failing.c %D%/failing.h $(ingest_sources)
%C%_load_failing_CPPFLAGS = $(AM_CPPFLAGS) -include $(srcdir)/%D%/failing.h
%C%_load_failing_LDADD = $(RUNTIME_LIBS)

TESTS += %D%/csv.test %D%/formats.test %D%/http.test %D%/memory.test
EXTRA_DIST += %D%/loading.py %D%/csv.test %D%/formats.test %D%/http.test %D%/memory.test
