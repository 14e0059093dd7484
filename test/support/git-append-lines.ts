// A process that appends lines to the file `lines`, each in a commit of its own, and goes on until they are in.
import { openRepository } from '../../src/git/mirror.ts';
import { aCommit, readText } from './repository-under-test.ts';

const [url = '', folder = '', writer = '', count = '0'] = process.argv.slice(2);
const { signal } = new AbortController();
const environment = { PATH: process.env['PATH'] };
const options = { url, branch: 'main', folder, environment, allowInsecure: true };
const repository = await openRepository(options, signal);
let tip = await repository.refresh(signal);
let races = 0;
for (let index = 0; index < Number(count); ) {
	const line = `${writer}.${index}\n`;
	const lines = (await readText(repository, tip, 'lines')) + line;
	const commit = await repository.commit(aCommit({ parent: tip, files: { lines }, message: line }), signal);
	const { kind } = await repository.push(commit, tip, signal);
	if (kind === 'pushed') {
		tip = commit;
		index += 1;
	} else {
		races += 1;
		tip = await repository.refresh(signal);
	}
	// A lost answer: the line may be there, as may lines that others wrote after it.
	if (kind === 'unknown' && (await readText(repository, tip, 'lines')).includes(line)) index += 1;
}
process.stdout.write(`${races}\n`);
