ingest_sources = %D%/ingest.h %D%/internal.h %D%/load.c %D%/carry.c %D%/arrived.c %D%/await.c %D%/s3.h %D%/s3.c %D%/snapshot.h %D%/snapshot.c %D%/replica.c %D%/unchanged.h %D%/unchanged.c %D%/arrived.h %D%/contract.c %D%/judge.c \
	%D%/fault.c %D%/fault.h %D%/stream.c %D%/stream.h %D%/csv.c %D%/csv.h %D%/dialect.c %D%/header.c %D%/header.h \
	%D%/format.c %D%/format.h %D%/place.c %D%/place.h %D%/convert.c %D%/convert.h %D%/pump.c %D%/pump.h %D%/path.c \
	%D%/path.h %D%/file_csv.c %D%/file_parquet.c %D%/json.c %D%/http.c %D%/http.h %D%/http_open.c %D%/http_keep.c \
	%D%/client.c %D%/client.h %D%/request.c %D%/request.h %D%/window.c %D%/window.h
libgovrt_a_SOURCES += $(ingest_sources)
