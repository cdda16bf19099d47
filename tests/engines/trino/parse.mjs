// Trino's grammar on standard input: SQL, each statement ended by a line `;;`. For each a line: `ok`, or what is wrong where.
import { readFileSync } from 'node:fs';
import { register } from 'node:module';

register('./resolve.mjs', import.meta.url);
const { TrinoSQL } = await import(process.argv[2]);

const parser = new TrinoSQL();
for (const sql of readFileSync(0, 'utf8').split('\n;;\n').slice(0, -1)) {
    const [error] = parser.validate(sql);
    console.log(error ? `line ${error.startLine}:${error.startColumn}: ${error.message.split('\n')[0]}` : 'ok');
}
