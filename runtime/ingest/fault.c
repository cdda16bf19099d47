#include "runtime/ingest/fault.h"

#include <stdarg.h>
#include <stdio.h>

bool ingest_fault(IngestFault *fault, const char *format, ...) {
    if (fault->text[0]) return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault->text, sizeof fault->text, format, arguments);
    va_end(arguments);
    return false;
}

bool ingest_fault_memory(IngestFault *fault) {
    return ingest_fault(fault, "out of memory");
}

char *ingest_print(const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return length < 0 ? NULL : text;
}
