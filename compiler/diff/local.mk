libgovcompiler_a_SOURCES += %D%/access.h %D%/access.c
