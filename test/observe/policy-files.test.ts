import test from 'ava';
import type { Repository } from '../../src/model/ports/repository.ts';
import { formatProblem } from '../../src/model/problem.ts';
import { createPolicyReader } from '../../src/observe/policy-reader.ts';
import { maxPolicies } from '../../src/policy/resolve.ts';
import type { NewFiles } from '../../src/simulator/memory-history.ts';
import { createMemoryRepository } from '../../src/simulator/memory-repository.ts';
import { configFiles, describeRevision, spillwayYaml } from '../support/config-repository.ts';
import { writePolicy } from '../support/policy-documents.ts';

const { signal } = new AbortController();

/** A reader of a repository that notes which blobs are read, and how much of them. */
function countReads(files: NewFiles) {
	const repository = createMemoryRepository({ files });
	const reads: string[] = [];
	const lengths: number[] = [];
	const counting: Repository = {
		...repository,
		async read(blob, until, limit) {
			const bytes = await repository.read(blob, until, limit);
			reads.push(blob);
			lengths.push(bytes.length);
			return bytes;
		},
	};
	return { repository, reads, lengths, reader: createPolicyReader(counting) };
}

test('a file is parsed once for as long as its bytes stay the same', async (t) => {
	const { repository, reads, reader } = countReads(configFiles);
	await reader.read(await repository.refresh(signal), signal);
	t.is(reads.length, Object.keys(configFiles).length);
	await reader.read(
		repository.commitDirectly({ 'policies/web.yaml': writePolicy('web', 'x') }, 'one'),
		signal,
	);
	t.is(reads.length, Object.keys(configFiles).length + 1);
});

test('of 10 000 policies only the one whose file changed is read and parsed again', async (t) => {
	const path = (number: number) => `policies/${number % 100}/policy-${number}.yaml`;
	const files = Array.from({ length: maxPolicies }, (_, number) => [
		path(number),
		writePolicy(`policy-${number}`, `split-${number}`),
	]);
	const { repository, reads, reader } = countReads({
		'spillway.yaml': spillwayYaml,
		...Object.fromEntries(files),
	});
	const first = await reader.read(await repository.refresh(signal), signal);
	t.deepEqual(
		[first.policies.length, first.problems.length, reads.length],
		[maxPolicies, 0, maxPolicies + 1],
	);
	const changed = { [path(4711)]: writePolicy('policy-4711', 'split-4711', 'mode: Observe') };
	const second = await reader.read(repository.commitDirectly(changed, 'one'), signal);
	t.is(reads.length, maxPolicies + 2);
	const differing = second.policies.filter((policy, index) => policy.mode !== first.policies[index]?.mode);
	t.deepEqual(
		differing.map(({ key }) => key),
		['shop/policy-4711'],
	);
});

test('of a file over the cap no more is read than shows that it is: the policy stays in force as it was', async (t) => {
	const { repository, reader, lengths } = countReads(configFiles);
	await reader.read(await repository.refresh(signal), signal);
	const large = `# ${'x'.repeat(10_000_000)}\n${writePolicy('web', 'web')}`;
	const revision = await reader.read(
		repository.commitDirectly({ 'policies/web.yaml': large }, 'large'),
		signal,
	);
	t.deepEqual(describeRevision(revision), {
		policies: ['shop/api → api Active', 'shop/web → web Active'],
		problems: ['E_FILE_TOO_LARGE'],
	});
	t.is(lengths.at(-1), 262_145);
	t.regex(
		formatProblem(revision.problems[0] ?? t.fail()),
		/got more than 262144 bytes; expected at most 262144/,
	);
});
