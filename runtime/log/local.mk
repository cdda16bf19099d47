libgovrt_a_SOURCES +=
