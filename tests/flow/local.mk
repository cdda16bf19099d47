TESTS += %D%/noninterference.test %D%/corpus.test %D%/grants.test %D%/released.test %D%/canaries.test

# gov with terms of the rules of flow that can be switched off: the files that have them, and main.c, compiled again.
EXTRA_PROGRAMS += %D%/gov-mutants
flow_files = compiler/facts/copied.c compiler/facts/flow.c compiler/facts/flow_expr.c compiler/facts/flow_lookup.c compiler/facts/flow_measure.c \
	compiler/facts/flow_kept.c compiler/facts/people.c compiler/facts/flow_path.c compiler/facts/flow_rows.c compiler/command/main.c
%C%_gov_mutants_SOURCES = $(flow_files)
%C%_gov_mutants_CPPFLAGS = $(AM_CPPFLAGS) -DGOV_FLOW_MUTANTS
%C%_gov_mutants_LDADD = $(filter-out %main.$(OBJEXT),$(gov_OBJECTS)) $(COMPILER_LIBS) $(RUNTIME_LIBS)
%C%_gov_mutants_DEPENDENCIES = gov$(EXEEXT) libgovcompiler.a libgovrt.a

check_PROGRAMS += %D%/run_states
%C%_run_states_SOURCES = %D%/run_states.c
%C%_run_states_LDADD = $(JANSSON_LIBS)
