# The site's tests drive a made-up catalog, written by the project's own writers.
check_PROGRAMS += %D%/make_catalog
%C%_make_catalog_SOURCES = %D%/make_catalog.c
%C%_make_catalog_LDADD = $(COMPILER_LIBS)
