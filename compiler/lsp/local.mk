libgovcompiler_a_SOURCES += %D%/lsp.h %D%/internal.h %D%/server.c %D%/documents.c %D%/positions.c %D%/check.c %D%/publish.c %D%/look.c
