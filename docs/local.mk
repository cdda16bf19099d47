# The pages of `gov explain` are part of the program: `EMBEDDED_FILES(error_pages);` (compiler/base/embed.h).
error_pages = $(wildcard $(srcdir)/%D%/errors/G*.md)
nodist_gov_SOURCES += %D%/errors/error_pages.c
CLEANFILES += %D%/errors/error_pages.c
%D%/errors/error_pages.c: $(error_pages) $(srcdir)/%D%/errors compiler/base/embed.sh
	$(EMBED) error_pages $(error_pages) >$@

# The man page and the completion say what `gov help` says, because it is where they come from.
man1_MANS = %D%/gov.1
CLEANFILES += %D%/gov.1 %D%/gov.bash
bashcompdir = @bashcompdir@
bashcomp_DATA = %D%/gov.bash
%D%/gov.1: gov$(EXEEXT) %D%/gov.1.in %D%/manual.sh
	$(AM_V_GEN)$(SHELL) $(srcdir)/%D%/manual.sh ./gov$(EXEEXT) $(srcdir)/%D%/gov.1.in >$@
%D%/gov.bash: gov$(EXEEXT)
	$(AM_V_GEN)./gov$(EXEEXT) completion bash >$@
install-data-hook:
	mv $(DESTDIR)$(bashcompdir)/gov.bash $(DESTDIR)$(bashcompdir)/gov
uninstall-hook:
	rm -f $(DESTDIR)$(bashcompdir)/gov
