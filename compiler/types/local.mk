libgovcompiler_a_SOURCES += %D%/types.h
