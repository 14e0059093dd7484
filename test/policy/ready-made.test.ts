import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { formatProblem } from '../../src/model/problem.ts';
import { parsePolicyFile } from '../../src/policy/parse-file.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const policies = globSync('policies/*.yaml', { cwd: root });
const schemas = globSync('policies/schema/*.json', { cwd: root });
// Helm values are no documents: test/examples.test.ts checks them in their repository. Nor are CI pipelines.
const examples = globSync('examples/**/*.{yaml,yml}', { cwd: root }).filter(
	(file) => !file.endsWith('-values.yaml') && !file.startsWith('examples/ci/'),
);

test('there are policies to copy', (t) => {
	t.deepEqual([...policies].sort(), [
		'policies/active-active.yaml',
		'policies/careful.yaml',
		'policies/drop-in.yaml',
	]);
});

for (const file of [...policies, ...schemas, ...examples]) {
	test(`${file} has nothing to mend`, (t) => {
		const { problems } = parsePolicyFile(file, readFileSync(`${root}${file}`));
		t.deepEqual(problems.map(formatProblem), []);
	});
}

for (const file of policies) {
	test(`${file} is one complete policy that editors check and syncers pass over`, (t) => {
		const text = readFileSync(`${root}${file}`, 'utf8');
		const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
		t.true(existsSync(`${root}policies/${schema}`), `schema ${schema}`);
		t.regex(text, /^ {4}config\.kubernetes\.io\/local-config: "true"$/m);
		t.regex(text, /^ {4}argocd\.argoproj\.io\/hook: Skip$/m);
		const [policy, ...more] = parsePolicyFile(file, Buffer.from(text)).policies;
		t.deepEqual(more, []);
		t.truthy(policy?.failover.via);
		t.truthy(policy?.failback.via);
	});
}
