libgovcompiler_a_SOURCES += %D%/facts.h
