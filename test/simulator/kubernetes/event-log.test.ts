import test from 'ava';
import { createEventLog } from '../../../src/simulator/kubernetes/event-log.ts';
import { findResourceType } from '../../../src/simulator/kubernetes/resource-types.ts';

test('the log forgets its older half when it is full, and says so', (t) => {
	const resource = findResourceType('', 'services');
	if (resource === undefined) return t.fail('services are served');
	const log = createEventLog();
	for (let version = 1; version <= 20_001; version += 1) {
		const resourceVersion = String(version);
		const object = { metadata: { name: 'web', uid: '1', resourceVersion } };
		log.append({ resource, type: 'ADDED', object, resourceVersion });
	}
	t.true(log.isCompacted('9999'));
	t.false(log.isCompacted('10000'));
	const heard: string[] = [];
	const selects = () => true;
	log.follow({ resource, selects }, '10000', ({ resourceVersion }) => heard.push(resourceVersion));
	t.is(heard[0], '10001');
	t.is(heard.length, 10_001);
});
