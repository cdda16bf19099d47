libgovrt_a_SOURCES += %D%/ingest.h
