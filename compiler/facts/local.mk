libgovcompiler_a_SOURCES += %D%/facts.h %D%/internal.h %D%/facts.c %D%/keys.c %D%/lineage.c %D%/lineage.h \
	%D%/lineage_expr.c %D%/lineage_rows.c %D%/tags.c %D%/graph.h %D%/graph.c
libgovcompiler_a_SOURCES += %D%/dependencies.h %D%/dependencies.c %D%/from.c %D%/keys.h %D%/keys_select.c
libgovcompiler_a_SOURCES += %D%/fanout.h %D%/fanout.c
libgovcompiler_a_SOURCES += %D%/label.h %D%/label.c %D%/flow.h %D%/terms.def %D%/flow.c %D%/flow_expr.c %D%/flow_rows.c
libgovcompiler_a_SOURCES += %D%/flow_lookup.c %D%/flow_dump.c %D%/flow_path.c %D%/flow_roles.c %D%/access.h %D%/access.c %D%/matrix.h %D%/matrix.c
libgovcompiler_a_SOURCES += %D%/copied.c %D%/flow_measure.c %D%/flow_kept.c %D%/people.h %D%/people.c
libgovcompiler_a_SOURCES += %D%/change.c %D%/references.c %D%/limit.c
libgovcompiler_a_SOURCES += %D%/target_names.c %D%/target_names.h
libgovcompiler_a_SOURCES += %D%/period.h %D%/period_internal.h %D%/period.c %D%/period_input.c
