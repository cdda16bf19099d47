libgovrt_a_SOURCES += %D%/log.h %D%/internal.h %D%/log.c %D%/text.c %D%/json.c %D%/terminal.c \
    %D%/format.h %D%/format.c %D%/rows.h %D%/rows.c
