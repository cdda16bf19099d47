if HAVE_LIBPQ
check_PROGRAMS += %D%/engine_postgres
%C%_engine_postgres_SOURCES = %D%/engine_postgres.c
%C%_engine_postgres_LDADD = $(RUNTIME_LIBS)
target_programs = %D%/engine_postgres
endif
target-programs: $(target_programs)
.PHONY: target-programs
