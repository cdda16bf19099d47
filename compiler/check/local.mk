libgovcompiler_a_SOURCES +=
