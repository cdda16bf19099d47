/* A graph of lineage in the forms in which people and programs take it. */
#ifndef GOV_CATALOG_LINEAGE_H
#define GOV_CATALOG_LINEAGE_H

#include "compiler/facts/graph.h"

typedef struct LineageTextOptions {
    bool upstream;   /* the tree of where it comes from, else of what reads it */
    bool colours;
} LineageTextOptions;

/* The point that was asked for, which is the graph's first, and below it what is reached, as a tree: what stands in it twice
 * is expanded once, and has `(*)` elsewhere. */
void lineage_text(const Program *program, const LineageGraph *graph, const LineageTextOptions *options, Buffer *out);
/* {"points": […], "links": […]}: docs/reference/lineage.md. */
void lineage_json(const Program *program, const LineageGraph *graph, Buffer *out);
/* For Graphviz: data goes from left to right; columns stand in their relation. */
void lineage_dot(const Program *program, const LineageGraph *graph, Buffer *out);
/* For Mermaid, as a flowchart. */
void lineage_mermaid(const Program *program, const LineageGraph *graph, Buffer *out);
/* OpenLineage 2-0-2, an event a line: a JobEvent for each model of the graph, a DatasetEvent for each source. `version` is
 * gov's, `event_time` as RFC 3339 has it. */
void lineage_openlineage(const Facts *facts, const LineageGraph *graph, const char *version, const char *event_time, Buffer *out);

#endif
