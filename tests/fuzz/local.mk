# `replay` runs files through the compiler; `fuzzer` makes texts of its own: it needs clang, its library's build and this
# program's have -fsanitize=fuzzer-no-link (fuzz.test).
EXTRA_PROGRAMS += %D%/fuzzer
%C%_fuzzer_SOURCES = %D%/fuzz.c
%C%_fuzzer_CPPFLAGS = $(AM_CPPFLAGS) -DGOV_LIBFUZZER
%C%_fuzzer_LDFLAGS = -fsanitize=fuzzer
%C%_fuzzer_LDADD = $(COMPILER_LIBS) $(LIBS)
check_PROGRAMS += %D%/replay
%C%_replay_SOURCES = %D%/fuzz.c
%C%_replay_LDADD = $(COMPILER_LIBS) $(LIBS)
EXTRA_DIST += %D%/README.md %D%/fuzz.test %D%/deep.test %D%/words.dict %D%/found
