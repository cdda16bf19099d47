libgovrt_a_SOURCES += %D%/ledger.h %D%/write.h %D%/schema.h %D%/schema.c %D%/write.c %D%/known.c %D%/read.c
