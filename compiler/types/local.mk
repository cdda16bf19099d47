libgovcompiler_a_SOURCES += %D%/types.h %D%/internal.h %D%/table.c %D%/resolve.c %D%/compat.c %D%/agree.c %D%/scope.c %D%/unfound.c \
	%D%/from.c %D%/pivot.c %D%/select.c %D%/query.c %D%/group.c %D%/window.c %D%/expr.c %D%/literal.c %D%/notation.c %D%/operator.c \
	%D%/branch.c %D%/subquery.c %D%/narrow.c %D%/functions.c %D%/match.c %D%/call.c %D%/lambda.c %D%/named.c %D%/result.c %D%/units.c %D%/relation.c %D%/dump.c
