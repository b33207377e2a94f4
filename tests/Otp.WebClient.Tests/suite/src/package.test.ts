// The npm package, as somebody installs it who has nothing but its file.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { servers } from './world.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'otp-package-'));
const project = join(mkdtempSync(join(tmpdir(), 'otp-project-')), 'project');
const readme = readFileSync(join(root, 'src/otp-client-ts/README.md'), 'utf8');

before(async () => {
  // In a copy, since it compiles: other tests use what lies in the checkout.
  const copy = join(folder, 'copy');
  cpSync(join(root, 'src/otp-client-ts'), copy, { recursive: true, filter: (path) => !/[/\\](dist|node_modules)$/.test(path) });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: copy });
  const file = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  assert.ok(file);
  mkdirSync(project);
  await run('npm', ['init', '-y'], { cwd: project });
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, file)], { cwd: project });
});

after(() => {
  for (const made of [folder, dirname(project)]) rmSync(made, { recursive: true, force: true });
});

test('brings its code, its types, its licence and nothing to depend on', () => {
  const installed = join(project, 'node_modules');
  assert.deepEqual(readdirSync(installed).filter((name) => !name.startsWith('.')), ['otp-client']);
  const files = readdirSync(join(installed, 'otp-client'));
  assert.deepEqual(files.sort(), ['LICENSE', 'README.md', 'dist', 'package.json', 'src']);
  assert.equal(readFileSync(join(installed, 'otp-client', 'LICENSE'), 'utf8'), readFileSync(join(root, 'LICENSE'), 'utf8'));
  const manifest = JSON.parse(readFileSync(join(installed, 'otp-client', 'package.json'), 'utf8')) as Record<string, unknown>;
  assert.equal(manifest['dependencies'], undefined);
  assert.equal(manifest['license'], 'MIT');
  assert.equal(manifest['version'], /<Version>(.*)<\/Version>/.exec(readFileSync(join(root, 'Directory.Build.props'), 'utf8'))?.[1]);
});

test('runs the lines of its README', async () => {
  const lines = /```js\n([^]*?)```/.exec(readme)?.[1];
  assert.ok(lines !== undefined && lines.includes('http://localhost:5080'));
  writeFileSync(join(project, 'quick-start.mjs'), lines.replaceAll('http://localhost:5080', servers.main));
  const { stdout } = await run('node', ['quick-start.mjs'], { cwd: project });
  const expected = /```text\n([^]*?)```/.exec(readme)?.[1];
  assert.ok(expected);
  assert.equal(withoutTimes(stdout), withoutTimes(expected));
});

test('compiles in strict TypeScript, for a browser and for Node.js', async () => {
  writeFileSync(join(project, 'types.ts'), `
    import { OtpClient, OtpError, type EmailStatusResponse } from 'otp-client';
    const client = new OtpClient({ baseUrl: 'https://otp.example', token: async () => 't' });
    export async function verify(passcode: string): Promise<string | undefined> {
      try {
        const answer: EmailStatusResponse = await client.verifyEmail({ passcode }, AbortSignal.timeout(1000));
        return answer.results.otp?.expiresAt;
      } catch (error) {
        if (error instanceof OtpError && error.code === 'TooManyRequestsError') return \`\${error.retryAfter ?? 0}\`;
        throw error;
      }
    }
  `);
  const tsc = join(root, 'node_modules/.bin/tsc');
  const common = ['--strict', '--noEmit', '--exactOptionalPropertyTypes', '--target', 'es2022', 'types.ts'];
  await run(tsc, ['--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2022,dom', '--types', '', ...common], { cwd: project });
  const types = join(root, 'node_modules/@types');
  await run(tsc, ['--module', 'nodenext', '--moduleResolution', 'nodenext', '--lib', 'es2022', '--typeRoots', types, '--types', 'node', ...common], { cwd: project });
});

function withoutTimes(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').trim();
}
