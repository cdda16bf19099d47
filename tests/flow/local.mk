TESTS += %D%/noninterference.test %D%/corpus.test %D%/grants.test
