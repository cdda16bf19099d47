libgovcompiler_a_SOURCES += %D%/embed.h
EXTRA_DIST += %D%/embed.sh
