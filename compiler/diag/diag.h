/* Diagnostics: records of what is wrong, at its place, with what led to it and how to mend it.
 *
 * Phases queue reports while they work; they are drawn at the end, sorted by place. One cause is one report: whoever
 * reports an error poisons what he gives on (an unknown type, a missing column), and nobody reports about poison.
 * Wording: lower case, no full stop; a thing is named with its kind and in backquotes; never a data value. */
#ifndef GOV_DIAG_H
#define GOV_DIAG_H

#include "compiler/source/source.h"

typedef enum { SEVERITY_ERROR, SEVERITY_WARNING } Severity;

/* Every diagnostic of the program: CODE_G0301 …; `codes.def` is the only list. */
typedef enum {
#define CODE(number, severity, title) CODE_G##number,
#include "compiler/diag/codes.def"
#undef CODE
    CODE_COUNT
} Code;

typedef struct {
    const char *number;  /* "G0301" */
    Severity severity;
    const char *title;   /* "unknown column" */
} CodeInfo;

const CodeInfo *code_info(Code code);
/* The code of "G0301" (any case), or CODE_COUNT. */
Code code_of(const char *number);

typedef struct {
    Span span;
    const char *words;   /* may be "": only underlined */
} Label;

/* A help, with or without an edit: replace `span` (empty: insert there) by `text`. */
typedef struct {
    const char *words;
    bool has_edit;
    Span span;
    const char *text;
} Help;

/* A step on the way to the error, drawn in columns: `raw.customers.email   sources.gov:14:3   tagged here`. */
typedef struct {
    const char *what;
    Span span;
    const char *words;
} Hop;

typedef struct Report {
    Code code;
    Severity severity;
    const char *message;
    Label primary;             /* span NOWHERE: about the project as a whole */
    VEC(Label) labels;         /* other places that matter */
    VEC(const char *) notes;
    const char *hops_title;    /* "it comes from" */
    VEC(Hop) hops;
    VEC(Help) helps;
    Span subject;              /* what was looked at: the use of a definition, else the place itself */
    uint32_t order;            /* in which it was queued */
} Report;

/* Text made of a definition (a template, a function, a `for`) keeps the places of that definition. Whoever walks into
 * such text sets Diag.expansion, and sets it back when he leaves: a report made in between also labels the use. */
typedef struct Expansion {
    Span use;
    const char *words;                /* "in this use of template `latest`" */
    const struct Expansion *outer;    /* the use that the use stands in, or null */
} Expansion;

typedef struct Diag {
    Arena *arena;
    const Sources *sources;
    VEC(Report *) reports;
    Map at;                    /* from place to first report there, to drop exact repetitions */
    uint32_t errors;
    uint32_t warnings;
    const Expansion *expansion; /* where we are; null: text that stands as it was written */
} Diag;

void diag_open(Diag *diag, Arena *arena, const Sources *sources);
/* Queues a report and gives it, for more to be said of it; never null. */
Report *diag_report(Diag *diag, Code code, Span span, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Queues a report of another Diag behind those that are queued, unless the same was said of the same place. */
void diag_take(Diag *diag, Report *report);
/* Words under the primary span itself. */
void report_says(Diag *diag, Report *report, const char *format, ...) __attribute__((format(printf, 3, 4)));
void report_label(Diag *diag, Report *report, Span span, const char *format, ...) __attribute__((format(printf, 4, 5)));
void report_note(Diag *diag, Report *report, const char *format, ...) __attribute__((format(printf, 3, 4)));
void report_help(Diag *diag, Report *report, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A help whose edit replaces `span` by `text` (a C string, copied). */
void report_edit(Diag *diag, Report *report, Span span, const char *text, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void report_hop(Diag *diag, Report *report, const char *what, Span span, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* "did you mean `x`?" with the edit, if a candidate is near `wrong`; gives whether one was. */
bool report_near(Diag *diag, Report *report, Span span, const char *wrong, const char *const *candidates, size_t count);

/* The reports in order of place, those without a place first, then as they were queued; in the Diag's arena. */
Report **diag_sorted(Diag *diag);

typedef struct {
    bool colours;
    unsigned width;            /* of the terminal; 0: do not cut */
} DrawOptions;

/* Each draws all reports, sorted by place (then by order), errors before nothing else; what they draw is a function of
 * the reports alone. Formats: human text as rustc draws it, one JSON array, SARIF 2.1.0, GitHub workflow commands. */
void diag_draw_text(Diag *diag, const DrawOptions *options, Buffer *out);
void diag_draw_json(Diag *diag, Buffer *out);
void diag_draw_sarif(Diag *diag, Buffer *out);
void diag_draw_github(Diag *diag, Buffer *out);

#endif
