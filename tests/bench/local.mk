EXTRA_DIST += %D%/README.md %D%/gen.py %D%/olist.py %D%/check.py %D%/measure.py %D%/scale.test
EXTRA_DIST += %D%/rivals/dbt2.txt %D%/rivals/dbt-core2.txt %D%/rivals/dbt-core1.txt %D%/rivals/sqlmesh.txt \
	%D%/rivals/package.json %D%/rivals/package-lock.json %D%/rivals/load_sqlmesh.py
