gov_SOURCES += %D%/command.h %D%/commands.def %D%/options.def %D%/main.c %D%/support.c %D%/project.c %D%/git.h %D%/git.c \
	%D%/target.c %D%/asked.c %D%/why.c %D%/witness.h %D%/witness.c %D%/access.c %D%/diff.c %D%/audit.c %D%/audit_ledger.c \
	%D%/check.c %D%/compile.c %D%/completion.c %D%/docs.c %D%/dump.c %D%/explain.c %D%/export.c %D%/fmt.c %D%/functions.c %D%/functions.h %D%/functions_list.c %D%/help.c \
	%D%/init.c %D%/lineage.c %D%/retry.c %D%/ls.c %D%/lsp.c %D%/plan.c %D%/plan_file.h %D%/plan_file.c %D%/query.c %D%/rollback.c %D%/history.c %D%/share.c %D%/run.c %D%/runs.c %D%/serve.c %D%/test.c %D%/version.c
gov_LDADD = $(COMPILER_LIBS) $(RUNTIME_LIBS)

# The files of `gov init`.
init_files = $(srcdir)/%D%/init/gitignore $(wildcard $(srcdir)/%D%/init/*.*)
EXTRA_DIST += $(init_files)
nodist_gov_SOURCES += %D%/init_files.c
CLEANFILES += %D%/init_files.c
%D%/init_files.c: $(init_files) compiler/base/embed.sh
	$(EMBED) init_files $(init_files) >$@
