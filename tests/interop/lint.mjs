// Lints an OpenAPI document with Spectral's rules (including OWASP's) and Redocly's; prints a line for each finding.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// A linter with findings exits with 1; one whose output is not JSON has failed.
const run = (program, ...args) => new Promise((resolve) => {
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  execFile(join('node_modules', '.bin', program), args, { env, maxBuffer: 1 << 28 }, (_, output, errors) => {
    try {
      resolve(JSON.parse(output));
    } catch {
      throw new Error(`${program}: ${output.slice(0, 1000)}${errors.slice(0, 1000)}`);
    }
  });
});

const folder = await mkdtemp(join(tmpdir(), 'tiffin-lint-'));
try {
  const file = join(folder, 'openapi.json');
  await writeFile(file, await new Response(process.stdin).text());
  const [spectral, redocly] = await Promise.all([
    run('spectral', 'lint', file, '--ruleset', 'spectral.yaml', '--format', 'json', '--quiet'),
    run('redocly', 'lint', file, '--config', 'redocly.yaml', '--format', 'json', '--max-problems', '1000'),
  ]);
  for (const { code, path, message } of spectral) console.log(`${code} ${path.join('/')}: ${message}`);
  for (const { ruleId, location, message } of redocly.problems)
    console.log(`${ruleId} ${location[0].pointer}: ${message}`);
} finally {
  await rm(folder, { recursive: true });
}
