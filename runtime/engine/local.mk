libgovrt_a_SOURCES += %D%/engine.h
