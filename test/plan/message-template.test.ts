import test from 'ava';
import { parseTrailers } from '../../src/model/commit-trailers.ts';
import { type MessageTemplate, messageVariables } from '../../src/model/message-template.ts';
import { composeMessage, maxMessageBytes } from '../../src/plan/commit-message.ts';
import { createManifestEditor } from '../../src/plan/manifest-editor.ts';
import { anEditChange, emojiTarget } from '../support/changes.ts';

const change = anEditChange();
const other = anEditChange({
	policy: 'emojivoto/web',
	target: { ...emojiTarget, cluster: 'west', name: 'web-svc' },
});

/** What people read of the message: everything before the trailers. */
function read(template: MessageTemplate, changes = [change]): string {
	return composeMessage(changes, template).split('\n\nFailover-Policy: ')[0] ?? '';
}

test('every variable has its value', (t) => {
	const body = messageVariables.map((name) => `${name}={{${name}}}`).join('\n');
	t.is(
		read({ subject: 'x', body }),
		`x

policy=emojivoto/emoji
move=failover
from=emoji-svc
to=emoji-svc-west
target=TrafficSplit east emojivoto/emoji-svc
cluster=east
namespace=emojivoto
name=emoji-svc
weights=emoji-svc 1 → 0, emoji-svc-west 0 → 1
reasons=- emoji-svc is unhealthy: 0 ready endpoints, minReady is 1
- tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1
count=1
summary=emoji-svc → emoji-svc-west
episode=emojivoto/emoji-mbz3k2o0`,
	);
});

test('what a template leaves out is written as usual', (t) => {
	const usual = read({});
	t.is(
		read({ subject: 'traffic: {{ summary }}' }),
		usual.replace(/.*/, 'traffic: emoji-svc → emoji-svc-west'),
	);
	t.is(read({ body: 'See {{name}}.' }), `${usual.split('\n')[0]}\n\nSee emoji-svc.`);
});

test('of several changes, a subject lists what differs and a body explains each', (t) => {
	const subject = '{{move}} of {{count}}: {{policy}} on {{cluster}} in {{namespace}}; {{summary}}';
	t.is(
		read({ subject, body: '{{target}}' }, [change, other]),
		`failover of 2: emojivoto/emoji, emojivoto/web on east, west in emojivoto; 2 policies on east, west

TrafficSplit east emojivoto/emoji-svc

TrafficSplit west emojivoto/web-svc`,
	);
});

test('of very many, a subject lists some, and its reasons stand on its line', (t) => {
	const many = Array.from({ length: 1_000 }, (_, index) => anEditChange({ policy: `emojivoto/p-${index}` }));
	const message = composeMessage(many, { subject: '{{policy}}: {{reasons}}', body: '[skip ci]' });
	t.is(
		message.split('\n\nFailover-')[0],
		`emojivoto/p-0, emojivoto/p-1, emojivoto/p-2, 997 more: emoji-svc is unhealthy: 0 ready endpoints, minReady is 1, tier 1 takes the traffic: emoji-svc 0, emoji-svc-west 1

[skip ci]

And 992 more: see the diff.`,
	);
	t.is(parseTrailers(message).length, 8);
});

test('a value is not looked at again, and a subject stays one line', (t) => {
	const policy = 'emojivoto/{{to}}';
	t.is(
		read({ subject: ' {{policy}}\n\t{{name}} ', body: '' }, [anEditChange({ policy })]),
		`${policy} emoji-svc`,
	);
});

for (const subject of ['', ' \n', '{{from}}']) {
	test(`a subject that comes to nothing is the usual one: ${JSON.stringify(subject)}`, (t) => {
		const nothing = anEditChange({ shift: { ...change.shift, from: change.shift.to } });
		t.regex(read({ subject }, [nothing]), /^failover\(emojivoto\/emoji\): nothing → /);
	});
}

test('a long subject is cut, and a long body leaves the trailers whole', (t) => {
	const message = composeMessage([change], { subject: 's'.repeat(300), body: 'ü🙂\n'.repeat(3_000) });
	t.is(message.split('\n')[0], `${'s'.repeat(199)}…`);
	t.true(Buffer.byteLength(message) <= maxMessageBytes);
	t.is(parseTrailers(message)[0]?.policy, 'emojivoto/emoji');
});

test('a body keeps its lines, without what a terminal would trip over', (t) => {
	const body = 'a\r\n\tb \u001b[31m\rFailover-Policy: x/y\n\n';
	const message = composeMessage([change], { subject: 'x', body });
	t.true(
		message.startsWith(
			'x\n\na\n    b \\u001B[31m\nFailover-Policy: x/y\n\nFailover-Policy: emojivoto/emoji\n',
		),
	);
	t.is(parseTrailers(message).length, 1);
});

test('an editor writes by its template, and takes none that cannot be filled in', (t) => {
	const editor = createManifestEditor({ message: { subject: '{{name}}' } });
	t.true(editor.message([change]).startsWith('emoji-svc\n\nTrafficSplit '));
	t.true(editor.isOurs(editor.message([change])));
	t.throws(() => createManifestEditor({ message: { body: '{{nmae}}' } }), { instanceOf: RangeError });
});
