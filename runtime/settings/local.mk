libgovrt_a_SOURCES += %D%/settings.h
