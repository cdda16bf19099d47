libgovcompiler_a_SOURCES += %D%/names.h %D%/internal.h %D%/spaces.def %D%/fits.def %D%/policy.def %D%/legal_basis.def %D%/policy.c %D%/options.def
libgovcompiler_a_SOURCES += %D%/bind.c %D%/revise.c %D%/collect.c %D%/symbols.c %D%/clauses.c %D%/declare.c %D%/typename.c
libgovcompiler_a_SOURCES += %D%/constant.c %D%/function.c %D%/query.c %D%/substitute.c %D%/repeat.c %D%/template.c
libgovcompiler_a_SOURCES += %D%/copy.c %D%/relation.c %D%/order.c %D%/test.c %D%/access.c %D%/deferred.c %D%/dump.c
libgovcompiler_a_SOURCES += %D%/make.c %D%/make.h %D%/condition.c %D%/condition.h
libgovcompiler_a_SOURCES += %D%/history.c
