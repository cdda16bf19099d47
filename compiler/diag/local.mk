libgovcompiler_a_SOURCES += %D%/diag.h %D%/codes.def %D%/diag.c %D%/draw.h %D%/draw.c %D%/text.c %D%/json.c %D%/github.c
