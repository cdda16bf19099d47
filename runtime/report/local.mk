libgovrt_a_SOURCES += %D%/report.h %D%/file.c %D%/junit.c %D%/run_results.c
