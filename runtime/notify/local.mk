libgovrt_a_SOURCES += %D%/notify.h %D%/template.c %D%/email.c %D%/slack.c %D%/notify.c
