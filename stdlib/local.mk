# Every .gov file of this folder is part of the program: `EMBEDDED_FILES(stdlib);` (compiler/base/embed.h).
stdlib_files = $(wildcard $(srcdir)/%D%/*.gov)
nodist_gov_SOURCES += %D%/stdlib.c
CLEANFILES += %D%/stdlib.c
EXTRA_DIST += $(stdlib_files)
%D%/stdlib.c: $(stdlib_files) $(srcdir)/%D% compiler/base/embed.sh
	$(EMBED) stdlib $(stdlib_files) >$@
