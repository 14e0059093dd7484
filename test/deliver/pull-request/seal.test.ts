import test from 'ava';
import fc from 'fast-check';
import { isSealed, type SealedFacts, sealMessage } from '../../../src/deliver/pull-request/seal.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const facts: SealedFacts = {
	parent: 'a'.repeat(40),
	author: { name: 'Spillway', email: 'bot@spillway.dev' },
	at: 1_750_000_000_000,
	message: 'failover(emojivoto/emoji): east → west\n\nWhy.\n\nFailover-Policy: emojivoto/emoji\n',
	files: new Map([
		['clusters/east/a.yaml', bytes('weight: 1')],
		['clusters/east/b.yaml', bytes('weight: 0')],
	]),
};

/** As the commit is read back: Git takes line ends off the message's end, and keeps whole seconds. */
function sealed(from: SealedFacts = facts): SealedFacts {
	return { ...from, at: Math.floor(from.at / 1000) * 1000, message: sealMessage(from).trimEnd() };
}

test('a sealed commit is known again, and its seal is one more trailer', (t) => {
	t.true(isSealed(sealed()));
	t.regex(sealMessage(facts), /\nFailover-Policy: emojivoto\/emoji\nFailover-Seal: [0-9a-f]{16}\n$/);
	t.true(isSealed(sealed({ ...facts, at: facts.at + 999 })));
	t.is(sealMessage({ ...facts, message: sealMessage(facts) }), sealMessage(facts));
});

const amendments: Readonly<Record<string, Partial<SealedFacts>>> = {
	'another date, as every amend leaves': { at: facts.at + 1_000 },
	'another parent, as a rebase leaves': { parent: 'b'.repeat(40) },
	'another author': { author: { name: 'Ada', email: 'ada@example.org' } },
	'another content': { files: new Map([...facts.files, ['clusters/east/a.yaml', bytes('weight: 2')]]) },
	'a file more': { files: new Map([...facts.files, ['README.md', bytes('')]]) },
	'a file less': { files: new Map([...facts.files].slice(1)) },
	'other words': { message: sealMessage(facts).replace('Why.', 'Because.') },
	'no seal': { message: facts.message },
	'a seal that is not the last line': { message: `${sealMessage(facts)}\nSigned-off-by: Ada` },
};

for (const [title, amendment] of Object.entries(amendments)) {
	test(`F17 a commit of ours that has ${title} is a person's`, (t) => {
		t.false(isSealed({ ...sealed(), ...amendment }));
	});
}

test('two different commits do not share a seal', (t) => {
	const content = fc.dictionary(fc.string({ minLength: 1 }), fc.string(), { maxKeys: 4 });
	fc.assert(
		fc.property(content, content, fc.string(), fc.string(), (a, b, messageA, messageB) => {
			const write = (files: Record<string, string>, message: string): string =>
				sealMessage({
					...facts,
					message,
					files: new Map(Object.entries(files).map(([path, text]) => [path, bytes(text)])),
				});
			const seal = (text: string): string | undefined => /Failover-Seal: (\w+)\n$/.exec(text)?.[1];
			const same =
				JSON.stringify([Object.entries(a).sort(), messageA.trimEnd()]) ===
				JSON.stringify([Object.entries(b).sort(), messageB.trimEnd()]);
			return same === (seal(write(a, messageA)) === seal(write(b, messageB)));
		}),
	);
	t.pass();
});
