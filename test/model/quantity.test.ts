import test from 'ava';
import { parseQuantity } from '../../src/model/quantity.ts';

const quantities: readonly (readonly [text: string, value: number])[] = [
	['0', 0],
	['500m', 0.5],
	['1', 1],
	['+1', 1],
	['-2', -2],
	['1.5', 1.5],
	['.5', 0.5],
	['1.', 1],
	['1k', 1000],
	['1Ki', 1024],
	['2M', 2e6],
	['1e3', 1000],
	['1E2', 100],
	['100u', 1e-4],
];

for (const [text, value] of quantities) {
	test(`the Quantity ${text} is ${value}`, (t) => {
		const parsed = parseQuantity(text) ?? Number.NaN;
		t.true(Math.abs(parsed - value) < 1e-12, String(parsed));
	});
}

for (const text of ['', ' ', 'm', '.', '1 ', '1kk', '1KI', '0x10', '1e', 'NaN', 'Infinity', '१', '1\n']) {
	test(`${JSON.stringify(text)} is no Quantity`, (t) => {
		t.is(parseQuantity(text), undefined);
	});
}
