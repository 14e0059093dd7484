import { execFile } from 'node:child_process';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { createAnswerParser } from '../../../src/git/objects/cat-file-answer.ts';
import { createObjectReader } from '../../../src/git/objects/object-reader.ts';
import { createBareRepository, createFolder } from '../../support/git-remote.ts';

const run = promisify(execFile);

test('answers are taken apart alike, wherever their bytes are cut', (t) => {
	const object = fc.record({
		content: fc.uint8Array({ maxLength: 40 }),
		most: fc.integer({ min: 0, max: 50 }),
	});
	const answers = fc.array(fc.option(object, { nil: undefined }), { maxLength: 6 });
	fc.assert(
		fc.property(answers, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (expected, cuts) => {
			const stream = Buffer.concat(
				expected.map((each) =>
					each === undefined
						? Buffer.from(`${'a'.repeat(40)} missing\n`)
						: Buffer.concat([
								Buffer.from(`${'a'.repeat(40)} blob ${each.content.length}\n`),
								each.content,
								Buffer.from('\n'),
							]),
				),
			);
			const found: (string | undefined)[] = [];
			const parse = createAnswerParser({
				most: () => expected[found.length]?.most ?? 0,
				onAnswer: (each) => found.push(each && `${each.size} ${Buffer.from(each.content).toString('hex')}`),
				onNonsense: (line) => t.fail(line),
			});
			for (let at = 0, turn = 0; at < stream.length; turn += 1) {
				const length = cuts[turn % cuts.length] ?? 1;
				parse(stream.subarray(at, at + length));
				at += length;
			}
			t.deepEqual(
				found,
				expected.map(
					(each) =>
						each &&
						`${each.content.length} ${Buffer.from(each.content.subarray(0, each.most)).toString('hex')}`,
				),
			);
		}),
	);
});

test('what is no answer is told as such', (t) => {
	const told: string[] = [];
	const parse = createAnswerParser({
		most: () => 0,
		onAnswer: () => t.fail(),
		onNonsense: (line) => told.push(line),
	});
	parse(Buffer.from('main ambiguous\n'));
	parse(Buffer.alloc(1000, 'x'));
	t.deepEqual(told, ['main ambiguous', 'x'.repeat(256)], 'a line without an end is not waited for');
});

test('a git that does not answer fails one read at the deadline, and the next read has another', async (t) => {
	const bare = await createBareRepository(t, { a: 'one' });
	const bin = await createFolder(t);
	await writeFile(
		join(bin, 'git'),
		`#!/bin/sh\nPATH='${process.env['PATH']}'\n[ -e '${bin}/stuck' ] && exec sleep 600\nexec git "$@"\n`,
	);
	await chmod(join(bin, 'git'), 0o755);
	await writeFile(join(bin, 'stuck'), '');
	const reader = createObjectReader({ gitdir: bare.path, home: bin, path: bin, deadline: 300 });
	const blob = (await bare.git('rev-parse', 'main:a')).trim();
	await t.throwsAsync(reader.read(blob, 10), { message: 'git does not answer' });
	await rm(join(bin, 'stuck'));
	let text: string | undefined;
	// On a slow machine the deadline may pass again.
	for (let attempt = 0; attempt < 50 && text === undefined; attempt += 1) {
		text = await reader.read(blob, 10).then(
			({ content }) => Buffer.from(content).toString(),
			() => undefined,
		);
	}
	t.is(text, 'one');
});

test('a git that is missing fails every read', async (t) => {
	const bare = await createBareRepository(t, { a: 'one' });
	const reader = createObjectReader({ gitdir: bare.path, home: bare.path, path: bare.path });
	const reads = await Promise.allSettled(['1', '2', '3'].map((digit) => reader.read(digit.repeat(40), 10)));
	t.deepEqual(
		reads.map(({ status }) => status),
		['rejected', 'rejected', 'rejected'],
	);
});

test('a git that waits for the next read keeps no process from ending', async (t) => {
	const bare = await createBareRepository(t, { a: 'one' });
	const blob = (await bare.git('rev-parse', 'main:a')).trim();
	const source = join(import.meta.dirname, '..', '..', '..', 'src', 'git', 'objects', 'object-reader.ts');
	const script = `
		import { createObjectReader } from ${JSON.stringify(source)};
		const reader = createObjectReader({ gitdir: ${JSON.stringify(bare.path)}, home: '/', path: process.env.PATH });
		const { content } = await reader.read('${blob}', 10);
		process.stdout.write(Buffer.from(content).toString());
	`;
	const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
	t.is(stdout, 'one');
});
