// A process that commits without end and never pushes. It reports its first commit; then it is time to kill it.
import { createInterface } from 'node:readline';
import { openRepository } from '../../src/git/mirror.ts';
import { aCommit } from './repository-under-test.ts';

const [url = '', folder = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const environment = { PATH: process.env['PATH'] };
const repository = await openRepository(
	{ url, branch: 'main', folder, environment, allowInsecure: true },
	signal,
);
const parent = await repository.refresh(signal);
const first = await repository.commit(aCommit({ parent, files: { a: 'first' } }), signal);
process.stdout.write(`${first}\n`);
// Ends with whoever started it, should that end first.
createInterface(process.stdin).on('close', () => process.exit(1));
for (let count = 0; ; count += 1) {
	const large = `${count} `.repeat(200_000);
	await repository.commit(aCommit({ parent, files: { a: large } }), signal);
}
