libgovrt_a_SOURCES += %D%/serve.h %D%/internal.h %D%/serve.c %D%/child.c %D%/tell.c %D%/answer.c %D%/metrics.c %D%/events.c
