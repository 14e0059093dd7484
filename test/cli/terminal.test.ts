import test from 'ava';
import { paint } from '../../src/cli/terminal.ts';

test('only a terminal with colours is painted', (t) => {
	t.is(paint({ color: false }, 'red', 'x'), 'x');
	t.is(paint({ color: true }, 'red', 'x'), '\u001b[31mx\u001b[39m');
});
