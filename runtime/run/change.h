/* What becomes of a model that is built in parts when its own meaning has changed: `on change append | widen`. */
#ifndef GOV_RUN_CHANGE_H
#define GOV_RUN_CHANGE_H

#include "runtime/plan.h"

#include <stdbool.h>

typedef enum { CHANGE_KEPT, CHANGE_ADDED, CHANGE_WIDENED } ChangeOfColumn;

/* How the table that is there becomes the one that is declared, without its rows being built again. Owned. */
typedef struct {
    ChangeOfColumn *columns;   /* beside the increment's */
    char **dropped;            /* names of columns that are there and no longer declared */
    size_t dropped_count;
} TableChange;

/* Compares two outlines (GovStep.outline) by what `answer` (`append`, `widen`) allows. False: rows, or the values of a column that
 * stays, may be others than before, or memory is out; then `*ret_why`, a constant text, says which. */
bool change_of_table(const GovStep *step, const char *before, const char *answer, TableChange *ret_change, const char **ret_why);
void change_free(TableChange *change);

/* `select …` of the table's columns as they are declared now, to stand before `from`: what is added is null. Null: out of memory. */
char *change_select(const GovIncrement *increment, const TableChange *change);
/* `alter table …` statements. Null: out of memory. */
char *change_statements(const GovStep *step, const TableChange *change);

#endif
