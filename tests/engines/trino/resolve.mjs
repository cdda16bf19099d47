// The parser's modules name each other as bundlers allow it: without `.js`, and by folder.
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export function resolve(specifier, context, next) {
    if (specifier.startsWith('.') && context.parentURL) {
        const url = new URL(specifier, context.parentURL);
        const path = fileURLToPath(url);
        if (existsSync(`${path}.js`)) return next(`${url.href}.js`, context);
        if (existsSync(path) && statSync(path).isDirectory()) return next(`${url.href}/index.js`, context);
    }
    return next(specifier, context);
}
