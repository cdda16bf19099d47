libgovrt_a_SOURCES += %D%/ledger.h
