libgovcompiler_a_SOURCES += %D%/format.h %D%/internal.h %D%/format.c %D%/marks.c %D%/spacing.c %D%/breaks.c %D%/indent.c \
	%D%/align.c %D%/difference.c
