/* Answers to an auditor, as tables of texts. All of them are owned by the arena. */
#ifndef GOV_AUDIT_H
#define GOV_AUDIT_H

#include "compiler/facts/matrix.h"

/* Each row has a text for each column; empty: nothing to say. */
typedef struct AuditTable {
    const char *const *columns;
    uint32_t column_count;
    VEC(const char **) rows;
} AuditTable;

/* A new table; `columns` must outlive it. */
AuditTable audit_table(const char *const *columns, uint32_t count);
/* Adds a row, with every cell empty, and gives it. */
const char **audit_row(Arena *arena, AuditTable *table);

/* Where the data of the person are whom `value` names in a column that is tagged `tag`: RELATION, how it is found, the
 * columns that carry the category, and the query that shows it, in the language; empty where rows cannot be told apart by
 * person. The value is written into the queries, and nowhere else. Null text if it is none of the column's type: then
 * `ret_wrong` names the column. */
AuditTable audit_subject(const Facts *facts, Arena *arena, const Tag *tag, const char *value, const Column **ret_wrong);
/* The register of processing operations (LGPD art. 37): a row a category. */
AuditTable audit_records(const Facts *facts, Arena *arena);
/* Each mask in a grant, each release and endorsement: what it lowers for whom, why, approved by whom, until when. */
AuditTable audit_releases(const Facts *facts, Arena *arena);
/* Each relation that is excepted from a policy, why and until when. */
AuditTable audit_exceptions(const Facts *facts, Arena *arena);

/* A row a block, its columns a line each. */
void audit_text(const AuditTable *table, Buffer *out);
/* RFC 4180, with line feeds at ends of lines. */
void audit_csv(const AuditTable *table, Buffer *out);
/* A table of GitHub's Markdown. */
void audit_markdown(const AuditTable *table, Buffer *out);

#endif
