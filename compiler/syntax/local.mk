libgovcompiler_a_SOURCES += %D%/node.h %D%/node.c %D%/node.def %D%/decl.def %D%/clause.def %D%/constraint.def \
	%D%/syntax.h %D%/internal.h %D%/build.h %D%/build.c %D%/scan.c %D%/parser.c %D%/parse_all.c %D%/message.c %D%/unexpected.c %D%/tokens.c \
	%D%/parse.y %D%/lex.l
BUILT_SOURCES += %D%/parse.h
