TESTS += %D%/noninterference.test %D%/corpus.test %D%/grants.test %D%/released.test %D%/canaries.test
