import test from 'ava';
import { readRequests } from '../../../src/cli/demo/seen-requests.ts';

function aSource(annotations?: Readonly<Record<string, string>>) {
	const metadata = { name: 'config', namespace: 'flux-system', uid: 'u', resourceVersion: '1' };
	return {
		apiVersion: 'source.toolkit.fluxcd.io/v1',
		kind: 'GitRepository',
		metadata: { ...metadata, ...(annotations && { annotations }) },
	};
}

test('each request is seen once, however often the object changes', (t) => {
	const read = readRequests();
	const asked = (at: string) => aSource({ 'reconcile.fluxcd.io/requestedAt': at, other: 'one' });
	const seen = [aSource(), asked('1'), asked('1'), asked('2'), aSource(), asked('2')].map(read);
	t.deepEqual(seen, [undefined, '1', undefined, '2', undefined, '2']);
});
