EXTRA_DIST += %D%/README.md %D%/client.py %D%/lsp.test
