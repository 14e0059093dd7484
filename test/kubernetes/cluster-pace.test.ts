import test from 'ava';
import { createClusterPace, silenceMargin } from '../../src/kubernetes/cluster-pace.ts';

test('F-002 watches are short while they are few, so that a dead connection is noticed within 10 s', (t) => {
	const pace = createClusterPace();
	for (let count = 0; count < 56; count += 1) pace.join();
	t.is(pace.watchSpan() + silenceMargin, 10_000);
});

test('many watches are longer, so that they cost some 8 requests a second, and at most 25 s', (t) => {
	const pace = createClusterPace();
	const leave = Array.from({ length: 100 }, () => pace.join());
	t.is(pace.watchSpan(), 15_000);
	for (let count = 0; count < 900; count += 1) pace.join();
	t.is(pace.watchSpan(), 25_000);
	// The next watch may take 10 s to open.
	t.true(pace.watchSpan() + silenceMargin + 10_000 < 40_000, 'a default staleAfter bears it');
	for (const end of leave) end();
	t.is(pace.watchSpan(), 25_000);
});

test('F-012 a server that refused to stream lists is tried again after an hour', (t) => {
	const pace = createClusterPace();
	t.true(pace.mayStream(0));
	pace.refuseStreams(1_000);
	t.false(pace.mayStream(3_600_999));
	t.true(pace.mayStream(3_601_000));
});
