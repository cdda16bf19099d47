# The parser with its trace counted: it includes parse.c, whose object in the library is then not taken.
check_PROGRAMS += %D%/productions
%C%_productions_SOURCES = %D%/productions.c
%C%_productions_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_builddir)
%C%_productions_LDADD = $(COMPILER_LIBS) $(LIBS)
EXTRA_DIST += %D%/README.md %D%/random.test %D%/calls.py %D%/compare.py %D%/engines.py %D%/expressions.py %D%/grammar.py \
    %D%/productions.py %D%/project.py %D%/queries.py %D%/scope.py %D%/shrink.py %D%/tables.py %D%/text.py \
    %D%/schema.gov %D%/data.gov %D%/found
