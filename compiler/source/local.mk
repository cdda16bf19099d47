libgovcompiler_a_SOURCES += %D%/source.h %D%/source.c
