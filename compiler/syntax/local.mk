libgovcompiler_a_SOURCES += %D%/node.h %D%/node.c %D%/node.def %D%/decl.def %D%/clause.def %D%/constraint.def \
	%D%/syntax.h %D%/internal.h %D%/build.h %D%/build.c %D%/scan.c %D%/parser.c %D%/parse_all.c %D%/message.c %D%/unexpected.c %D%/tokens.c \
	%D%/parse.y %D%/lex.l %D%/parse_quick.c
BUILT_SOURCES += %D%/parse.h %D%/parse_without_lac.c
EXTRA_DIST += %D%/parse_without_lac.c
CLEANFILES += %D%/parse_without_lac.c %D%/parse_without_lac.h

# What parse_quick.c includes; its header would be parse.h again.
%D%/parse_quick.$(OBJEXT): %D%/parse_without_lac.c
%D%/parse_without_lac.c: %D%/parse.y
	$(AM_V_YACC)$(MKDIR_P) $(@D) && $(YACC) -Werror -Fparse.lac=none '-Fapi.header.include={"compiler/syntax/parse.h"}' \
	  --header=$(@:.c=.h) -o $@ $<
