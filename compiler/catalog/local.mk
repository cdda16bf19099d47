libgovcompiler_a_SOURCES += %D%/catalog.h %D%/internal.h %D%/json.c %D%/packed.c %D%/members.c %D%/write_json.c %D%/write_site.c \
	%D%/site_core.c %D%/site_details.c %D%/site_whole.c \
	%D%/build.h %D%/build.c %D%/build_relations.c %D%/build_results.c %D%/build_rest.c %D%/hidden.c \
	%D%/lineage.h %D%/lineage_text.c %D%/lineage_draw.c %D%/lineage_json.c %D%/openlineage.c

# The site's assets are part of the program: `EMBEDDED_FILES(site_assets);` (compiler/base/embed.h).
site_assets = $(filter-out %.md,$(wildcard $(srcdir)/%D%/site/*.*))
nodist_libgovcompiler_a_SOURCES += %D%/site/site_assets.c
CLEANFILES += %D%/site/site_assets.c
EXTRA_DIST += $(site_assets)
%D%/site/site_assets.c: $(site_assets) $(srcdir)/%D%/site compiler/base/embed.sh
	$(EMBED) site_assets $(site_assets) >$@
