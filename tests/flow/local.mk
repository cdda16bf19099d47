TESTS += %D%/noninterference.test %D%/corpus.test
