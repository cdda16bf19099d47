libgovcompiler_a_SOURCES += %D%/types.h %D%/internal.h %D%/table.c %D%/resolve.c
