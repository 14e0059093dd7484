import test from 'ava';
import { checkTemplate, messageVariables } from '../../src/model/message-template.ts';

const unknown = (name: string) => ({ kind: 'unknownVariable', name });
const stray = { kind: 'strayBraces' };

for (const [text, ...faults] of [
	['', ...[]],
	['{policy} {} plain'],
	[messageVariables.map((name) => `{{${name}}} {{ ${name} }}`).join('\n')],
	['{{polcy}} {{policy}} {{ x y }}', unknown('polcy'), unknown('x y')],
	['{{}}', unknown('')],
	['{{Policy}}', unknown('Policy')],
	['{{#if policy}}', unknown('#if policy')],
	['{{policy}', stray],
	['policy}}', stray],
	['{{policy {{name}}', stray],
	['{{{{name}}', stray],
	['{{__proto__}} {{constructor}}', unknown('__proto__'), unknown('constructor')],
] as const) {
	test(`${JSON.stringify(text)} has ${faults.length} faults`, (t) => {
		t.deepEqual(checkTemplate(text), faults as never);
	});
}
