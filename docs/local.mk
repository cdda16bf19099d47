# The pages of `gov explain` are part of the program: `EMBEDDED_FILES(error_pages);` (compiler/base/embed.h).
error_pages = $(wildcard $(srcdir)/%D%/errors/G*.md)
nodist_gov_SOURCES += %D%/errors/error_pages.c
CLEANFILES += %D%/errors/error_pages.c
%D%/errors/error_pages.c: $(error_pages) $(srcdir)/%D%/errors compiler/base/embed.sh
	$(EMBED) error_pages $(error_pages) >$@
