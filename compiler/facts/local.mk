libgovcompiler_a_SOURCES += %D%/facts.h %D%/internal.h %D%/facts.c %D%/keys.c %D%/lineage.c
