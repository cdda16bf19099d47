# Unit tests, written with check: one program per file or folder under test. To add one:
#
#     unit_tests += %D%/test_arena
#     %C%_test_arena_SOURCES = %D%/test_arena.c $(unit_main)
#
unit_main = %D%/tap.c %D%/tap.h
unit_tests =
LDADD = $(COMPILER_LIBS) $(RUNTIME_LIBS) $(CHECK_LIBS)

unit_tests += %D%/test_embed
%C%_test_embed_SOURCES = %D%/test_embed.c $(unit_main)
nodist_%C%_test_embed_SOURCES = %D%/embedded_example.c
CLEANFILES += %D%/embedded_example.c

%D%/embedded_example.c: %D%/example_b.txt %D%/example_a.txt compiler/base/embed.sh
	$(EMBED) example $(srcdir)/%D%/example_b.txt $(srcdir)/%D%/example_a.txt >$@

unit_tests += %D%/test_engine
%C%_test_engine_SOURCES = %D%/test_engine.c $(unit_main)

unit_tests += %D%/test_ingest
%C%_test_ingest_SOURCES = %D%/test_ingest.c $(unit_main)

unit_tests += %D%/test_ledger
%C%_test_ledger_SOURCES = %D%/test_ledger.c $(unit_main)

unit_tests += %D%/test_schedule
%C%_test_schedule_SOURCES = %D%/test_schedule.c $(unit_main)

unit_tests += %D%/test_types
%C%_test_types_SOURCES = %D%/test_types.c $(unit_main)

unit_tests += %D%/test_names
%C%_test_names_SOURCES = %D%/test_names.c $(unit_main)

unit_tests += %D%/test_settings
%C%_test_settings_SOURCES = %D%/test_settings.c $(unit_main)

unit_tests += %D%/test_syntax
%C%_test_syntax_SOURCES = %D%/test_syntax.c $(unit_main)

if HAVE_CHECK
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif

unit_tests += %D%/test_cron
%C%_test_cron_SOURCES = %D%/test_cron.c $(unit_main)

unit_tests += %D%/test_due
%C%_test_due_SOURCES = %D%/test_due.c $(unit_main)
