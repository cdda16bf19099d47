libgovcompiler_a_SOURCES += %D%/diag.h %D%/codes.def %D%/diag.c
