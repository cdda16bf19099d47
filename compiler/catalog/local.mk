libgovcompiler_a_SOURCES += %D%/catalog.h

# The site's assets are part of the program: `EMBEDDED_FILES(site_assets);` (compiler/base/embed.h).
site_assets = $(filter-out %.md,$(wildcard $(srcdir)/%D%/site/*.*))
nodist_gov_SOURCES += %D%/site/site_assets.c
CLEANFILES += %D%/site/site_assets.c
EXTRA_DIST += $(site_assets)
%D%/site/site_assets.c: $(site_assets) $(srcdir)/%D%/site compiler/base/embed.sh
	$(EMBED) site_assets $(site_assets) >$@
