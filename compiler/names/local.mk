libgovcompiler_a_SOURCES += %D%/names.h
