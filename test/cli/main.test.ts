import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

const faults: readonly (readonly [what: string, fault: string])[] = [
	['an error that nobody catches', "throw new Error('planted')"],
	['a rejection that nobody handles', "void Promise.reject(new Error('planted'))"],
];

for (const [what, fault] of faults) {
	test(`F-070 ${what} ends the process with 70 and its stack, instead of leaving it half dead`, async (t) => {
		// A run that goes on for ever: its repository cannot be reached.
		const args = ['run', '--hub', '--allow-insecure-git', '--repo', 'file:///nonexistent/config.git'];
		const script = `process.argv.push(...${JSON.stringify(args)}); setTimeout(() => { ${fault}; }, 500);
			await import(${JSON.stringify(main)});`;
		const child = spawn(process.execPath, ['--input-type=module', '--eval', script, '--'], {
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		t.teardown(() => child.kill('SIGKILL'));
		let errors = '';
		child.stderr.setEncoding('utf8').on('data', (text) => {
			errors += text;
		});
		const [status] = await once(child, 'close');
		t.is(status, 70, errors);
		t.regex(errors, /Error: planted\n +at /);
	});
}
