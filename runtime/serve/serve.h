/* The service: jobs started when they are due, one at a time, their owners told, health and metrics over HTTP. */
#ifndef GOV_SERVE_H
#define GOV_SERVE_H

#include "runtime/run/run.h"
#include "runtime/schedule/due.h"

typedef struct {
    const char *folder;            /* the project's: where templates of messages are looked for */
    const char *const *command;    /* the program that does a job, ended by null; the job's name, `--due` and a time follow it. It writes
                                    * the events of docs/events.md to its standard output */
    const DueKnown *known;         /* beside the jobs: what the ledger knows; null: nothing */
    const char *site;              /* folder of the catalog, served at `/`; null: none */
    const char *address;           /* to listen at: `127.0.0.1` */
    int port;                      /* 0: any that is free */
    const char *port_file;         /* where the port is written, for those who asked for any; null: nowhere */
    GovOutput output;
    FILE *stream;                  /* of progress; null: standard output */
} GovServeOptions;

/* Serves until SIGINT or SIGTERM: then a job that runs is stopped as a run is, leaving everything as it was, and begins again with
 * the next service; a second signal kills it. The process must have one thread and no child. What went wrong is told on the stream. */
GovExit gov_serve(const GovJobs *jobs, const GovServeOptions *options);

#endif
