# A fuzzer without libFuzzer: replays files and seeded damage (README.md says how to run the other).
check_PROGRAMS += %D%/fuzz_syntax
%C%_fuzz_syntax_SOURCES = %D%/fuzz_syntax.c
%C%_fuzz_syntax_LDADD = $(COMPILER_LIBS) $(LIBS)
