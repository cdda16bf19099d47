gov_SOURCES += %D%/main.c
gov_LDADD = libgovcompiler.a $(RUNTIME_LIBS)
