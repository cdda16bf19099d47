nobase_govinclude_HEADERS += %D%/run.h
