libgovrt_a_SOURCES += %D%/ledger.h %D%/write.h %D%/schema.h %D%/schema.c %D%/write.c %D%/known.c %D%/read.c \
    %D%/canonical.h %D%/canonical.c %D%/chain.h %D%/chain.c %D%/rows.h %D%/rows.c \
    %D%/internal.h %D%/audit.h %D%/audit.c %D%/lock.h %D%/lock.c %D%/wait.c %D%/lock_file.h %D%/lock_file.c
libgovrt_a_SOURCES += %D%/attempt.c
libgovrt_a_SOURCES += %D%/periods.h %D%/periods.c
