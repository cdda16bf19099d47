libgovcompiler_a_SOURCES += %D%/node.h %D%/node.def %D%/decl.def %D%/clause.def %D%/constraint.def
