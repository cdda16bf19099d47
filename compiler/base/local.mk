libgovcompiler_a_SOURCES += %D%/base.h %D%/arena.c %D%/text.c %D%/name.c %D%/map.c %D%/work.c %D%/pattern.c %D%/hash.c %D%/embed.h
EXTRA_DIST += %D%/embed.sh
