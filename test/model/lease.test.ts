import test from 'ava';
import {
	defaultLeaseTimings,
	findTimingFault,
	isReleased,
	type LeaseRecord,
	type LeaseTimings,
	releaseRecord,
	sameRecord,
} from '../../src/model/lease.ts';

const record: LeaseRecord = { holder: 'a', duration: 15_000, renewTime: 'then', transitions: 3 };

test('a Lease that its holder gave up is free at once; one whose holder somebody emptied is not', (t) => {
	t.true(isReleased(releaseRecord(record)));
	t.false(isReleased(record));
	t.false(isReleased({ ...record, holder: '' }));
	t.true(isReleased({ holder: '', renewTime: '', transitions: 0 }), 'one made by hand, without a word');
});

test('a record is another one as soon as any field of it is', (t) => {
	t.true(sameRecord(record, { ...record }));
	const others: Partial<LeaseRecord>[] = [
		{ holder: 'b' },
		{ duration: 3_000 },
		{ renewTime: 'now' },
		{ transitions: 4 },
	];
	for (const other of others) t.false(sameRecord(record, { ...record, ...other }));
});

const timings: readonly (readonly [Partial<LeaseTimings>, RegExp | undefined])[] = [
	[{}, undefined],
	[{ leaseDuration: 3_000, renewDeadline: 2_000, retryPeriod: 500 }, undefined],
	[{ leaseDuration: 2_500 }, /whole number of seconds/],
	[{ leaseDuration: 0 }, /whole number of seconds/],
	[{ renewDeadline: 15_000 }, /renew deadline/],
	[{ retryPeriod: 5_001 }, /retry period/],
	[{ retryPeriod: 0 }, /retry period/],
	[{ renewDeadline: Number.NaN }, /renew deadline/],
];

for (const [overrides, fault] of timings) {
	test(`timings ${JSON.stringify(overrides)} are ${fault === undefined ? 'right' : 'refused'}`, (t) => {
		const found = findTimingFault({ ...defaultLeaseTimings, ...overrides });
		if (fault === undefined) t.is(found, undefined);
		else t.regex(found ?? '', fault);
	});
}
