libgovrt_a_SOURCES += %D%/settings.h %D%/settings.c %D%/redact.h %D%/redact.c
