/* Why a load failed: one text, written by whoever found out first. */
#ifndef GOV_INGEST_FAULT_H
#define GOV_INGEST_FAULT_H

#include <stdbool.h>
#include <stddef.h>

/* Empty text: nothing failed. Longer texts are cut. Owns nothing. */
typedef struct {
    bool interrupted; /* because the run was cancelled */
    bool missing;     /* because no file is there (yet) */
    char text[4096];
} IngestFault;

/* Writes the text unless one is there, and returns false, so that `return ingest_fault(…)` fails. */
__attribute__((format(printf, 2, 3))) bool ingest_fault(IngestFault *fault, const char *format, ...);

/* Formats into a text of its own, which the caller frees; null without memory. (asprintf leaves its pointer
 * undefined.) */
__attribute__((format(printf, 1, 2))) char *ingest_print(const char *format, ...);

/* The fault of a failed allocation. */
bool ingest_fault_memory(IngestFault *fault);

#endif
