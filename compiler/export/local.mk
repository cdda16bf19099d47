libgovcompiler_a_SOURCES += %D%/export.h %D%/cron.c %D%/calendar.c %D%/systemd.c %D%/airflow.c
