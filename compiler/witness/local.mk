libgovcompiler_a_SOURCES += %D%/witness.h %D%/internal.h %D%/witness.c %D%/values.c %D%/states.c
