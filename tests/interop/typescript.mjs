// Reads { document, address, key }; generates a client, compiles till.ts against it in strict mode and runs it.
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const { document, address, key } = JSON.parse(await new Response(process.stdin).text());
// Inside this folder, so that the packages are resolved.
await mkdir('node_modules/.cache', { recursive: true });
const folder = await mkdtemp(resolve('node_modules/.cache/tiffin-'));
try {
  await writeFile(join(folder, 'schema.ts'), astToString(await openapiTS(document)));
  await copyFile('till.ts', join(folder, 'till.ts'));
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {
      target: 'es2022', module: 'nodenext', strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false,
      noUnusedLocals: true, noImplicitReturns: true, lib: ['es2022', 'dom', 'dom.iterable'], types: [],
    },
    files: ['till.ts'],
  }));
  try {
    execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
  } catch (failure) {
    throw new Error(`tsc: ${failure.stdout}`);
  }
  const { run } = await import(pathToFileURL(join(folder, 'till.js')).href);
  console.log(await run(address, key));
} finally {
  await rm(folder, { recursive: true });
}
