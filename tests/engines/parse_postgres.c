/* Asks the parser of PostgreSQL 15, as libpg_query has it, whether it takes SQL: blocks of standard input, each ended by a
 * line `;;`. Prints for each block `ok`, or `error: …` and the line in the block, on one line. */
#include <pg_query.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int line_of(const char *sql, int position) {
    int line = 1;
    for (int i = 0; i < position - 1 && sql[i]; i++) line += sql[i] == '\n';
    return line;
}

static void parse(const char *sql) {
    PgQueryProtobufParseResult result = pg_query_parse_protobuf(sql);
    if (result.error)
        printf("error: %s (line %d)\n", result.error->message, line_of(sql, result.error->cursorpos));
    else
        printf("ok\n");
    pg_query_free_protobuf_parse_result(result);
}

int main(void) {
    static char block[1 << 22];
    char *line = NULL;
    size_t length = 0, capacity = 0, blocks = 0;
    for (ssize_t read; (read = getline(&line, &capacity, stdin)) >= 0;) {
        if (strcmp(line, ";;\n") == 0) {
            block[length] = 0;
            parse(block);
            length = 0;
            blocks++;
            continue;
        }
        if (length + (size_t)read + 1 > sizeof block) {
            fprintf(stderr, "a block of more than %zu bytes\n", sizeof block);
            return 1;
        }
        memcpy(block + length, line, (size_t)read);
        length += (size_t)read;
    }
    free(line);
    if (blocks) pg_query_exit(); /* it must have begun */
    return 0;
}
