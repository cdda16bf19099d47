libgovcompiler_a_SOURCES += %D%/audit.h %D%/table.c %D%/subject.c %D%/records.c %D%/releases.c
